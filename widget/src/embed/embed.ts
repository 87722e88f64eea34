/** The one script of a shop's page: draws the launcher, and loads the chat when somebody wants it. */
import { type Chat, type EventName, type Host, type Kept, storageKey } from "./host.ts";
import css from "./launcher.css";

/** From the build: in the names of all the chat's files. */
declare const __VERSION__: string;
declare const __LANGUAGES__: string[];

type Api = Record<string, (...args: never[]) => unknown>;
type Command = [name: string, ...values: never[]];

const script = document.currentScript as HTMLScriptElement | null;

/** White, or near-black on an accent (`#rrggbb`) whose luminance is above .15 (here times 255 to the 2.2): white would be hard to read. */
const inkOn = (accent: string): string => {
  const colour = parseInt(accent.slice(1), 16);
  return 0.2126 * (colour >> 16) ** 2.2 + 0.7152 * ((colour >> 8) & 255) ** 2.2 + 0.0722 * (colour & 255) ** 2.2 > 3e4 ? "#10151a" : "#fff";
};

class ParleyChat extends HTMLElement implements Host {
  root = this.attachShadow({ mode: "open" });
  launcher = document.createElement("div");
  button = document.createElement("button");
  server = "";
  language = "en";
  loaded: Chat | undefined;
  #chat: Promise<Chat> | undefined;

  connectedCallback(): void {
    this.server = new URL(".", this.getAttribute("server") ?? script?.src ?? location.href).href;
    const key = storageKey(this.server);
    let kept: Kept = {};
    let open: unknown;
    try {
      kept = JSON.parse(localStorage[key] ?? "{}");
      // On a phone the chat covers the page, so the next page starts without it.
      open = kept.token && innerWidth > 640 && sessionStorage[key];
    } catch {
      // Storage is forbidden here.
    }
    const wanted = [kept.locale, this.getAttribute("locale"), document.documentElement.lang, ...navigator.languages];
    this.language = wanted.map((tag) => tag?.slice(0, 2).toLowerCase()).find((tag) => __LANGUAGES__.includes(tag!)) ?? "en";
    this.#draw();
    const page = this.getAttribute("surface") == "page";
    if (page) this.hide();
    if (page || open) this.call("open", page);
    else if (kept.live) (window.requestIdleCallback ?? setTimeout)(() => this.call("connect"));
    // After the commands that waited: one of them may listen.
    queueMicrotask(() => {
      this.tell("ready");
      catchUp();
    });
  }

  disconnectedCallback(): void {
    this.loaded?.destroy();
    this.#chat = this.loaded = undefined;
  }

  /** Fetches everything at once: the chat does not have to ask for its parts. */
  load(): Promise<Chat> {
    return (this.#chat ??= Promise.all(["chat", "shopper." + this.language].map((name) => import(`${this.server}assets/${name}-${__VERSION__}.js`)))
      .then(([chat]) => {
        const loaded: Chat = (this.loaded = chat.start(this));
        catchUp();
        return loaded;
      })
      .catch((error) => {
        this.#chat = undefined;
        this.tell("error", error);
        throw error;
      }));
  }

  /** The launcher's own command, or one of the chat, which may have to be loaded first. A failure was told as `error`. */
  call(name: string, argument?: unknown): void {
    if (name in this) (this as unknown as Api)[name]!();
    else this.load().then((chat) => (chat as unknown as Api)[name]!(argument as never), () => {});
  }

  tell(event: EventName, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent("parley:" + event, { detail, bubbles: true, composed: true }));
  }

  toggle(): void {
    this.call(this.loaded?.isOpen ? "close" : "open");
  }

  show(): void {
    this.launcher.style.display = "";
    this.launcher.showPopover?.();
  }

  hide(): void {
    if (this.#chat) this.call("close");
    this.launcher.style.display = "none";
  }

  #draw(): void {
    const { launcher, button } = this;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.root.adoptedStyleSheets = [sheet];
    const accent = this.getAttribute("accent");
    if (accent) {
      launcher.style.setProperty("--a", accent);
      launcher.style.setProperty("--o", inkOn(accent));
    }
    const text = this.getAttribute("launcher") ?? "";
    launcher.className = "l";
    launcher.popover = "manual";
    button.ariaLabel = text || "Chat"; // the same word in all three languages
    button.ariaExpanded = "false";
    button.replaceChildren(document.createElement("b"), text);
    button.onclick = () => this.toggle();
    button.onpointerenter = button.onfocus = () => void this.load().catch(() => {});
    launcher.replaceChildren(button);
    this.root.replaceChildren(launcher);
    this.show();
  }
}

const element = (): ParleyChat | null => document.querySelector("parley-chat");
/** What was asked before there was an element to ask; or says only who is there and what they speak, which is no reason to load the chat. */
const early: Command[] = [];
const catchUp = (): void => api["push"]!(...(early.splice(0) as never[])) as void;

const api: Api = {
  on: (event: string, listener: EventListener) => addEventListener("parley:" + event, listener),
  off: (event: string, listener: EventListener) => removeEventListener("parley:" + event, listener),
  push(...commands: Command[]) {
    for (const [name, ...values] of commands) api[name]!(...values);
  },
};
for (const name of "toggle show hide open close setLocale identify reset prefill send".split(" ")) {
  api[name] = (argument) => {
    const chat = element();
    if (chat?.loaded || (chat && !/^(id|setL)/.test(name))) chat.call(name, argument);
    else early.push([name, argument]);
  };
}

const begin = (): void => {
  // A second copy of the script does nothing.
  if (customElements.get("parley-chat")) return;
  const page = window as unknown as { parley?: unknown };
  const waiting = page.parley;
  page.parley = api;
  customElements.define("parley-chat", ParleyChat);
  if (script?.dataset["auto"] != "false" && !element()) {
    const chat = document.createElement("parley-chat");
    for (const name in script?.dataset) chat.setAttribute(name, script.dataset[name]!);
    document.body.append(chat);
  }
  api["push"]!(...((waiting ?? []) as never[]));
};

if (document.body) begin();
else addEventListener("DOMContentLoaded", begin);
