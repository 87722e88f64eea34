/** Looking for words in everything that was ever said: the field above each list, and the end of what was found. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { fold } from "../fold.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";
import { Skeleton } from "./list.tsx";

/** After the last key, before the server is asked. */
const PAUSE_MILLISECONDS = 300;
export const SEARCH_FIELD = "search-field";

export function SearchField(): JSX.Element {
  const { state, desk, t } = useConsole();
  const [text, setText] = useState(state.search?.words ?? "");
  const timer = useRef(0);
  const searching = state.search !== null;
  // Another list was chosen: the search is over, unless somebody types on and the next one is already due.
  useEffect(() => {
    if (!searching && !timer.current) setText("");
  }, [searching]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const ask = (words: string, pause: number): void => {
    setText(words);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(
      () => {
        timer.current = 0;
        void desk.search(words);
      },
      words.trim() ? pause : 0,
    );
  };
  return (
    <form class="search" role="search" onSubmit={(event) => (event.preventDefault(), ask(text, 0))}>
      <Icon name="search" size={17} />
      <input
        id={SEARCH_FIELD}
        type="search"
        value={text}
        placeholder={t("search")}
        aria-label={t("search")}
        autocomplete="off"
        enterkeyhint="search"
        onInput={(event) => ask(event.currentTarget.value, PAUSE_MILLISECONDS)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          if (text) ask("", 0);
          else event.currentTarget.blur();
        }}
      />
      {text ? (
        <button type="button" class="icon-button small" onClick={() => ask("", 0)} aria-label={t("search_end")}>
          <Icon name="close" size={16} />
        </button>
      ) : null}
    </form>
  );
}

/** What follows the rows that were found, or stands in their place. */
export function SearchFoot(): JSX.Element | null {
  const { state, desk, t } = useConsole();
  const { search } = state;
  if (!search) return null;
  if (search.phase === "loading") return <Skeleton />;
  if (search.phase === "failed") {
    return (
      <div class="empty" role="alert">
        <Icon name="warn" size={28} />
        <p>{t("search_failed")}</p>
        <button type="button" class="button" onClick={() => void desk.search(search.words)}>
          {t("try_again")}
        </button>
      </div>
    );
  }
  if (!search.found.length) {
    return (
      <div class="empty" role="status">
        <Icon name="search" size={28} />
        <p>
          <strong>{t("search_none", { words: search.words })}</strong>
        </p>
        <p>{t("search_none_hint")}</p>
      </div>
    );
  }
  return search.next ? (
    <li class="search-more">
      <button type="button" class="button" onClick={() => void desk.searchMore()}>
        {t("search_more")}
      </button>
    </li>
  ) : null;
}

/** The words that were looked for stand out in the line that was found. */
export function Marked({ text, words }: { text: string; words: string }): JSX.Element {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  // Each character folded by itself, so that places in the folded text are places in the text.
  const characters = [...text];
  const folded = characters.map((character) => fold(character).charAt(0) || character).join("");
  const at = wanted.map((word) => folded.indexOf(word)).filter((place) => place >= 0);
  const from = at.length ? Math.min(...at) : -1;
  if (from < 0) return <>{text}</>;
  const word = wanted.find((candidate) => folded.startsWith(candidate, from)) ?? "";
  const part = (start: number, end?: number): string => characters.slice(start, end).join("");
  // What stands far into a long line is brought into view.
  const before = from > LEAD_CHARACTERS ? `…${part(from - LEAD_CHARACTERS, from)}` : part(0, from);
  return (
    <>
      {before}
      <mark>{part(from, from + word.length)}</mark>
      {part(from + word.length)}
    </>
  );
}

const LEAD_CHARACTERS = 18;
