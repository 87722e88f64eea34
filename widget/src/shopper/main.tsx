/** The chat, as the launcher starts it: panel, focus, scrolling, languages; everything that touches the page around it. */
import { render } from "preact";
import type { Chat, Host } from "../embed/host.ts";
import { storageKey } from "../embed/host.ts";
import basics from "../shared/basics.css";
import { formatter } from "../shared/format.ts";
import { adopt } from "../shared/sheets.ts";
import { shelf } from "../shared/storage.ts";
import { chatTokens } from "../shared/tokens.ts";
import { type Catalog, pickLanguage, translator } from "../shared/translate.ts";
import { App } from "./app.tsx";
import css from "./chat.css";
import { openSession } from "./session.ts";
import { type Event, type State, unread } from "./state.ts";
import type { Key, View } from "./view.ts";

// What later.tsx shares with this chunk; the build points it here.
export { Fragment, jsx, jsxs } from "preact/jsx-runtime";
export { Icon, IconButton } from "./icons.tsx";

/** From the build: in the names of all the chat's files. */
declare const __VERSION__: string;
const LANGUAGES = ["en", "es", "fr"];
/** Smaller screens are filled. */
const FULL_SCREEN = "(max-width: 480px), (max-height: 480px)";
/** A reader who scrolled up this far is left there. */
const STICKY_PIXELS = 80;
/** The parts that are needed later are fetched when the first answer was read. */
const LATER_MILLISECONDS = 2_500;

export function start(host: Host): Chat {
  const panel = document.createElement("div");
  const body = document.createElement("div");
  const announcer = document.createElement("div");
  const badge = document.createElement("i");
  const { root, launcher, button } = host;
  const leaving = new AbortController();
  const full = matchMedia(FULL_SCREEN);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const reopen = shelf("sessionStorage");
  const isPage = host.getAttribute("surface") === "page";
  const find = <E extends HTMLElement>(selector: string): E | null => panel.querySelector<E>(selector);
  let locale = bestTag(host.language);
  let view: View | undefined;
  let later: View["later"] = null;
  /** Counts what `speak` was asked for: catalogs may arrive in another order. */
  let speaking = 0;
  let drawing = false;
  let atEnd = true;
  let laterAsked = false;
  /** What gets the focus after the next render. */
  let focusNext = "";
  let returnTo: Element | null;

  const session = openSession({
    host,
    locale: () => locale,
    onLocale: (spoken) => void speak(spoken),
    onChange: changed,
    sentence,
  });

  function sentence(code: string): string {
    return view?.t(code === "offline" ? "needs_connection" : code === "timeout" ? "too_slow" : "failed") ?? code;
  }

  /**
   * The shop's theme and accent. The launcher chose the ink that reads on the accent; where that is white, the accent
   * reads on a white ground as well, and elsewhere text stays text.
   */
  function paint(): void {
    const theme = host.getAttribute("theme");
    const isDark = theme === "dark" || (theme !== "light" && dark.matches);
    panel.dataset["theme"] = isDark ? "dark" : "light";
    const accent = host.getAttribute("accent");
    if (!accent) return;
    const ink = launcher.style.getPropertyValue("--o");
    panel.style.setProperty("--accent", accent);
    panel.style.setProperty("--on-accent", ink);
    panel.style.setProperty("--accent-2", `color-mix(in srgb, ${accent} 85%, ${ink === "#fff" ? "#000" : "#fff"})`);
    panel.style.setProperty("--accent-text", isDark ? `color-mix(in srgb, ${accent} 40%, #fff)` : ink === "#fff" ? accent : "var(--ink)");
    panel.style.setProperty("--accent-ground", `color-mix(in srgb, ${accent} 12%, var(--surface))`);
  }

  const load = <M,>(name: string): Promise<M> => import(`${host.server}assets/${name}-${__VERSION__}.js`);

  /** What is needed at once, and what later.tsx says. */
  async function catalogOf(language: string, later: boolean): Promise<Catalog<Key>> {
    const parts = later ? ["shopper", "shopper-later"] : ["shopper"];
    const modules = await Promise.all(parts.map((part) => load<{ default: object }>(`${part}.${language}`)));
    return Object.assign({}, ...modules.map((module) => module.default));
  }

  /** Speak a language, when there is a catalog for it. */
  async function speak(wanted: string): Promise<boolean> {
    const language = pickLanguage([wanted], LANGUAGES);
    if (!language) return false;
    locale = wanted.length > 2 ? wanted : bestTag(language);
    const turn = ++speaking;
    const catalog = await catalogOf(language, !!later);
    if (turn !== speaking) return true; // what was wanted since is spoken instead
    view = {
      state: session.state,
      session,
      host,
      t: translator(catalog, locale),
      format: formatter(locale),
      language,
      setLanguage,
      close,
      later,
      needLater,
    };
    draw();
    return true;
  }

  async function setLanguage(wanted: string): Promise<void> {
    if (await speak(wanted)) session.tellLocale(locale);
  }

  function needLater(): void {
    if (laterAsked || !view) return;
    laterAsked = true;
    Promise.all([load<typeof import("./later.tsx")>("later"), catalogOf(view.language, true)]).then(
      ([loaded]) => {
        later = loaded;
        adopt(root, later.fields + later.css);
        void speak(locale);
      },
      () => {
        laterAsked = false;
        session.set({ sheet: null, notice: sentence("offline") });
      },
    );
  }

  function changed(state: State, before: State, event: Event): void {
    if (event.type === "messages" && event.live) heard(state, before);
    const count = unread(state);
    if (count !== unread(before)) {
      document.title = (count ? `(${count}) ` : "") + bareTitle();
      host.tell("unread", { count });
    }
    // What the shopper does, and what the shop asks of them, is at the end.
    if (state.outgoing.length > before.outgoing.length || state.rating !== before.rating) atEnd = true;
    if (before.sheet && !state.sheet && state.open) focusNext = "[aria-expanded]";
    draw();
  }

  /** New messages: say them once, ring, tell the page. */
  function heard(state: State, before: State): void {
    const fresh = state.messages.filter(({ seq }) => seq > before.last && !before.messages.some((known) => known.seq === seq));
    for (const { id, seq, author, text } of fresh) host.tell("message", { id, seq, author, text });
    const others = fresh.filter(({ author }) => author !== "shopper");
    if (!others.length || !view) return;
    const { t, later } = view;
    announcer.replaceChildren(
      ...others.map(({ author, name, text, language }) => {
        const words = document.createElement("p");
        words.lang = language;
        words.textContent = `${(author === "agent" && name) || t(author)}: ${text}`;
        return words;
      }),
    );
    if (state.sound && !(state.open && state.visible)) later?.ring();
    setTimeout(needLater, LATER_MILLISECONDS);
  }

  /** Once per turn of the event loop, however many events there were. */
  function draw(): void {
    if (drawing) return;
    drawing = true;
    queueMicrotask(() => {
      drawing = false;
      if (!view) return;
      const scroll = find(".scroll");
      const { first, last } = view.state;
      const below = scroll ? scroll.scrollHeight - scroll.scrollTop : 0;
      const { state } = session;
      view.state = state;
      const inside = panel.contains(root.activeElement);
      render(<App {...view} />, body);
      // What had the focus is gone, such as a choice that was made: a keyboard goes on where one writes.
      if (inside && !root.activeElement && state.open) focusNext ||= resting();
      if (scroll && state.first < first) scroll.scrollTop = scroll.scrollHeight - below;
      else if (atEnd) toEnd(state.messages.at(-1)?.author === "shopper" ? 0 : last);
      const count = unread(state);
      if (count) needLater();
      if (focusNext) find(focusNext)?.focus();
      focusNext = "";
      badge.textContent = count ? `${count}` : "";
      button.ariaLabel = count ? view.t("unread", { count }) : state.open ? view.t("close_chat") : host.getAttribute("launcher") || view.t("open_chat");
    });
  }

  /** To the last line; or, when what is new after `last` is longer than the panel, to where that begins. */
  function toEnd(last = 0): void {
    const scroll = find(".scroll");
    if (!scroll) return;
    const fresh = last ? find(`[data-seq="${last + 1}"]`) : null;
    scroll.scrollTop = fresh ? Math.min(scroll.scrollHeight, fresh.offsetTop - 12) : scroll.scrollHeight;
  }

  function scrolled(): void {
    const scroll = find(".scroll");
    const latest = find(".latest");
    if (!scroll || !latest) return;
    const away = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
    atEnd = away < STICKY_PIXELS;
    latest.hidden = away < scroll.clientHeight / 2;
  }

  /** A phone's keyboard shrinks only the visual viewport, so the panel follows that one. */
  function fit(): void {
    const covers = full.matches && !isPage;
    panel.ariaModal = covers ? "true" : null;
    const { height, offsetTop } = visualViewport!;
    panel.style.setProperty("--height", covers || isPage ? `${height}px` : null);
    panel.style.setProperty("--top", covers ? `${offsetTop}px` : null);
  }

  /** Where the focus belongs when nothing asks for it. */
  const resting = (): string => (matchMedia("(pointer: coarse)").matches ? "#title" : ".entry");

  function open(focus = true): void {
    if (!session.state.open) {
      returnTo = root.activeElement ?? document.activeElement;
      panel.hidden = false;
      if (!isPage) panel.showPopover?.();
      button.ariaExpanded = "true";
      reopen.set(storageKey(host.server), "1");
      fit();
      session.set({ open: true });
      host.tell("open");
    }
    session.connect();
    // On a touch screen the keyboard would cover the greeting at once.
    if (focus) focusNext = resting();
    draw();
  }

  function close(): void {
    if (!session.state.open || isPage) return;
    const inside = panel.contains(root.activeElement);
    session.set({ open: false, sheet: null });
    reopen.set(storageKey(host.server), null);
    panel.hidePopover?.();
    panel.hidden = true;
    button.ariaExpanded = "false";
    if (inside) (returnTo && returnTo !== document.body ? (returnTo as HTMLElement) : button).focus();
    host.tell("close");
  }

  function key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      if (session.state.sheet) session.set({ sheet: null });
      else close();
    } else if (event.key === "Tab" && panel.ariaModal) {
      const stops = [...panel.querySelectorAll<HTMLElement>("button, a, input, select, textarea, [tabindex='0']")].filter((stop) => stop.checkVisibility?.() ?? true);
      const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
      if (root.activeElement !== from) return;
      event.preventDefault();
      to?.focus();
    }
  }

  const { signal } = leaving;
  const on = (target: EventTarget | null, event: string, listener: (event: never) => void): void => target?.addEventListener(event, listener as EventListener, { signal, capture: true, passive: event === "scroll" });
  adopt(root, chatTokens + basics + css);
  panel.className = isPage ? "parley panel page" : "parley panel";
  panel.hidden = true;
  panel.role = isPage ? "main" : "dialog";
  panel.setAttribute("aria-labelledby", "title");
  if (!isPage) panel.popover = "manual";
  announcer.className = "unseen";
  announcer.ariaLive = "polite";
  panel.append(body, announcer);
  root.append(panel);
  launcher.append(badge);
  on(panel, "keydown", key);
  on(panel, "scroll", scrolled);
  on(panel, "input", () => atEnd && toEnd());
  on(visualViewport, "resize", fit);
  on(visualViewport, "scroll", fit);
  on(full, "change", fit);
  on(dark, "change", paint);
  on(document, "visibilitychange", () => session.set({ visible: !document.hidden }));
  paint();
  void speak(locale);

  return {
    get isOpen() {
      return session.state.open;
    },
    open,
    close,
    connect: session.connect,
    setLocale: setLanguage,
    identify: session.identify,
    reset: session.reset,
    send: session.send,
    prefill(text) {
      open(true);
      setTimeout(() => {
        const area = find<HTMLTextAreaElement>(".entry")!;
        area.value = text;
        area.dispatchEvent(new InputEvent("input"));
      });
    },
    destroy() {
      leaving.abort();
      session.destroy();
      panel.remove();
      document.title = bareTitle();
    },
  };
}

const bareTitle = (): string => document.title.replace(/^\(\d+\) /, "");

/** The browser's own variety of a language (`es-MX`), so that dates and numbers look familiar. */
const bestTag = (language: string): string => navigator.languages.find((tag) => pickLanguage([tag], [language])) ?? language;
