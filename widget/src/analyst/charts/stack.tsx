/** One bar that is the whole: its parts sum to 100 %. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useCursor, useWidth } from "./cursor.ts";

export interface Segment {
  /** Class of its colour. */
  name: string;
  count: number;
}

interface StackProps {
  segments: readonly Segment[];
  label: string;
  height?: number;
  /** With both, the parts are walked through by the arrow keys. */
  say?: (index: number) => string;
  onOpen?: (index: number) => void;
}

/** A hair of the ground between two parts tells them apart without colour; what is only assumed is hatched. */
export function Stack({ segments, label, height = 36, say, onOpen }: StackProps): JSX.Element {
  const [svg, width] = useWidth<SVGSVGElement>(600);
  const hatch = useId().replaceAll(":", "");
  const there = segments.map((segment, index) => ({ ...segment, index })).filter(({ count }) => count > 0);
  const sum = there.reduce((total, { count }) => total + count, 0) || 1;
  let from = 0;
  const placed = there.map((segment) => {
    const x = from;
    from += (segment.count / sum) * width;
    return { ...segment, x, to: from };
  });
  const cursor = useCursor({ count: placed.length, under: (x) => placed.findIndex(({ to }) => x <= to), onOpen: (at) => onOpen?.(placed[at]?.index ?? 0) });
  const walked = say !== undefined;
  const current = cursor.at === null ? undefined : placed[cursor.at];
  return (
    <div class="stacked-bar">
      <svg ref={svg} data-chart={walked ? "" : undefined} class="stack" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-label={label} {...(walked ? { role: "application", "aria-describedby": `${hatch}-cursor`, ...cursor.handlers } : { role: "img" as const })}>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch" width="1.6" height="6" />
        </pattern>
        {placed.map(({ name, x, to }, index) => {
          const box = { x, y: 0, width: Math.max(1, to - x - (to < width - 0.5 ? 2 : 0)), height };
          return (
            <g key={name} class={index === cursor.at ? "at" : ""}>
              <rect class={`outcome ${name}`} {...box} />
              {name === "bot_assumed" ? <rect {...box} style={{ fill: `url(#${hatch})` }} /> : null}
              {walked && to - x > 46 ? (
                <text class="inside" x={(x + to) / 2 - 1} y={height / 2 + 4.5} text-anchor="middle">
                  {say(placed[index]?.index ?? 0).split("\n")[1]}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      {walked ? (
        <p id={`${hatch}-cursor`} role="status" class="reading">
          {current ? say(current.index).replace("\n", ": ") : " "}
        </p>
      ) : null}
    </div>
  );
}
