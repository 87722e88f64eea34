/** A chart as a file: the drawing with its colours written into it, as SVG or as PNG at twice its size. */
import { save } from "../table.ts";

const KEPT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor"];
const HEAD = 44;
const MARGIN = 20;

/** A copy that needs no style sheet, under its title, on the ground of the page. */
export function standalone(chart: SVGSVGElement, title: string): SVGSVGElement {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const [from, to] = [chart.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((element, index) => {
    const target = to[index];
    if (!target) return;
    const style = getComputedStyle(element);
    for (const name of KEPT) target.setAttribute(name, style.getPropertyValue(name));
    target.removeAttribute("class");
    target.removeAttribute("style");
  });
  const { width, height } = chart.getBoundingClientRect();
  const page = getComputedStyle(chart.closest(".panel") ?? document.body);
  const make = <Name extends keyof SVGElementTagNameMap>(name: Name, attributes: Record<string, string | number>, ...children: (Node | string)[]): SVGElementTagNameMap[Name] => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  };
  const drawing = make("g", { transform: `translate(${MARGIN} ${HEAD})` }, ...copy.childNodes);
  const size = { width: Math.round(width + 2 * MARGIN), height: Math.round(height + HEAD + MARGIN) };
  return make(
    "svg",
    { ...size, viewBox: `0 0 ${size.width} ${size.height}` },
    make("title", {}, title),
    make("rect", { ...size, fill: page.backgroundColor }),
    make("text", { x: MARGIN, y: 28, fill: page.color, "font-family": page.fontFamily, "font-size": 16, "font-weight": 600 }, title),
    drawing,
  );
}

const written = (picture: SVGSVGElement): string => new XMLSerializer().serializeToString(picture);

export function saveSvg(name: string, chart: SVGSVGElement, title: string): void {
  save(`${name}.svg`, [written(standalone(chart, title))], "image/svg+xml");
}

/** Rejects when the browser cannot draw it. */
export async function savePng(name: string, chart: SVGSVGElement, title: string): Promise<void> {
  const picture = standalone(chart, title);
  const image = new Image();
  // The page's policy lets pictures in as data, not as blobs.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written(picture))}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * image.width, height: 2 * image.height });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const bytes = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (bytes) save(`${name}.png`, [bytes], "image/png");
}
