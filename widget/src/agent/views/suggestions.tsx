/** Answers from the help center for what the shopper wrote last, or for what the agent looks for. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Row, Suggestion } from "../protocol.ts";
import type { Thread } from "../thread.ts";
import { useConsole } from "./context.ts";
import { isMine } from "./rows.ts";
import { percent } from "./words.ts";

const SHOWN = 3;
const PAUSE_MILLISECONDS = 300;

export function Suggestions({ row, thread }: { row: Row; thread: Thread }): JSX.Element | null {
  const { state, desk, t, insert, preferences } = useConsole();
  const [found, setFound] = useState<readonly Suggestion[] | null>(null);
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  if (row.status === "resolved" || row.status === "closed") return null;
  const mine = isMine(state, row);
  const shown = (found ?? thread.suggestions).slice(0, SHOWN);
  const look = (words: string): void => {
    window.clearTimeout(timer.current);
    if (!words.trim()) return setFound(null);
    timer.current = window.setTimeout(() => void desk.suggest(row.id, words.trim()).then(setFound), PAUSE_MILLISECONDS);
  };
  return (
    <section class="part">
      <h3>{t("suggestions")}</h3>
      <input class="field small" type="search" placeholder={t("suggestions_search")} aria-label={t("suggestions_search")} autocomplete="off" lang={row.language} onInput={(event) => look(event.currentTarget.value)} />
      {shown.length ? (
        <ol class="suggestions">
          {shown.map((suggestion, index) => (
            <li key={suggestion.entry}>
              <button type="button" class="suggestion" disabled={!mine} onClick={() => insert(suggestion.text)} {...(found ? {} : { "aria-keyshortcuts": String(index + 1) })} lang={suggestion.language}>
                <span class="suggestion-top">
                  <span class="title">{suggestion.title}</span>
                  <span class="share">{percent(suggestion.confidence, preferences.language)}</span>
                  {mine && !found && preferences.shortcuts ? <kbd aria-hidden="true">{index + 1}</kbd> : null}
                </span>
                <span class="excerpt">{suggestion.text}</span>
              </button>
            </li>
          ))}
        </ol>
      ) : null}
      <p class="quiet" role="status">
        {shown.length ? (mine ? (found ? t("suggestions_click") : t("suggestions_hint")) : t("suggestions_later")) : found ? t("menu_none") : t("suggestions_none")}
      </p>
    </section>
  );
}
