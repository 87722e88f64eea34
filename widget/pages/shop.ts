/** The demo shop's languages and looks: `?lang=en|es|fr` and `?theme=caravan|night|citrus`, kept on every link. */
import english from "../locales/shop.en.json";
import spanish from "../locales/shop.es.json";
import french from "../locales/shop.fr.json";

type Words = Partial<Record<string, string>>;

const WORDS: Record<string, Words> = { en: english, es: spanish, fr: french };
/** What each look means for the chat. */
const CHAT: Record<string, Record<string, string>> = { caravan: {}, night: { theme: "dark" }, citrus: { theme: "light", accent: "#b4480f" } };
const DAY_MILLISECONDS = 86_400_000;

const query = new URLSearchParams(location.search);
const language = [query.get("lang"), ...navigator.languages].map((tag) => tag?.slice(0, 2) ?? "").find((tag) => WORDS[tag]) ?? "en";
const theme = CHAT[query.get("theme") ?? ""] ? (query.get("theme") as string) : "caravan";
const words = WORDS[language] as Words;
const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];

document.documentElement.lang = language;
document.documentElement.dataset["theme"] = theme;

for (const element of all("[data-t]")) element.textContent = words[element.dataset["t"] ?? ""] ?? element.textContent;
for (const name of ["placeholder", "aria-label"]) {
  for (const element of all(`[data-t-${name}]`)) element.setAttribute(name, words[element.getAttribute(`data-t-${name}`) ?? ""] ?? "");
}

const money = new Intl.NumberFormat(language, { style: "currency", currency: "EUR" });
for (const element of all("[data-price]")) element.textContent = money.format(Number(element.dataset["price"]));
const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
for (const element of all("[data-days]")) element.textContent = day.format(Date.now() + Number(element.dataset["days"]) * DAY_MILLISECONDS);

for (const link of all("a[href]") as HTMLAnchorElement[]) {
  const url = new URL(link.href);
  if (link.dataset["help"] !== undefined) url.pathname = `/help/${language}/`;
  if (link.hreflang) url.pathname = location.pathname;
  for (const [name, value] of [["lang", query.get("lang")], ["theme", query.get("theme")]] as const) {
    if (value && !url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  link.href = url.href;
  if (link.hreflang === language || link.dataset["themeLink"] === theme) link.setAttribute("aria-current", "true");
}

const chat = document.querySelector("parley-chat");
for (const [name, value] of Object.entries(CHAT[theme] ?? {})) chat?.setAttribute(name, value);
// What the page is about: the chat starts with the questions that are asked most about it.
const topic = document.querySelector("main")?.dataset["topic"];
if (topic) chat?.setAttribute("topic", topic);

// A shop's own button can open the chat with a question: the queue works before the chat's script is there.
const parley = (): unknown[] => ((window as unknown as { parley?: unknown[] }).parley ??= []);
for (const button of all("[data-ask]")) {
  button.addEventListener("click", () => parley().push(["prefill", words[button.dataset["ask"] ?? ""]]));
}
