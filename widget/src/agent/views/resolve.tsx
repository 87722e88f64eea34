/** How it ended: solved, not solved or spam, and what it was about. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Disposition, Row } from "../protocol.ts";
import type { Thread } from "../thread.ts";
import { useConsole } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { readable } from "./words.ts";

const DISPOSITIONS: readonly Disposition[] = ["solved", "not_solved", "spam"];

const folder = (entry: string): string => entry.slice(0, Math.max(0, entry.lastIndexOf("/")));

/** The help center's topics: those that were in play first. */
export function topics(row: Row, thread: Thread | undefined, all: readonly string[]): string[] {
  const entries = thread?.detail?.brief.decisions.flatMap((decision) => decision.candidates.map((candidate) => candidate.entry)) ?? [];
  const wanted = [row.handoff?.topic ?? "", folder(row.handoff?.topic ?? ""), ...entries.map(folder)].filter((topic) => all.includes(topic));
  return [...new Set([...wanted, ...all])];
}

export function Resolve({ row, thread }: { row: Row; thread: Thread | undefined }): JSX.Element {
  const { state, desk, t, open } = useConsole();
  const choices = topics(row, thread, state.configuration?.topics ?? []);
  const [disposition, setDisposition] = useState<Disposition>("solved");
  const [topic, setTopic] = useState(() => choices.find((choice) => choice === row.handoff?.topic || choice === folder(row.handoff?.topic ?? "")) ?? "");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await desk.act.resolve(row.id, disposition, topic || undefined)) open(null);
  };
  return (
    <Dialog title={t("resolve_title")} closeLabel={t("close")} onClose={() => open(null)}>
      <form
        onSubmit={(event) => void submit(event)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit(event);
        }}
      >
        <fieldset class="options">
          <legend class="unseen">{t("resolve_title")}</legend>
          {DISPOSITIONS.map((value) => (
            <label key={value} class="option">
              <input type="radio" name="disposition" value={value} checked={disposition === value} autofocus={value === "solved"} onChange={() => setDisposition(value)} />
              <span>
                <strong>{t(`disposition_${value}`)}</strong>
                <span class="quiet">{t(`disposition_${value}_hint`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {choices.length ? (
          <label class="stacked">
            <span>{t("resolve_topic")}</span>
            <select class="field" value={topic} onChange={(event) => setTopic(event.currentTarget.value)}>
              <option value="">{t("resolve_no_topic")}</option>
              {choices.map((choice) => (
                <option key={choice} value={choice}>
                  {readable(choice)}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <footer>
          <button type="button" class="button" onClick={() => open(null)}>
            {t("cancel")}
          </button>
          <button type="submit" class="button primary" disabled={state.busy === "resolve" || state.connection !== "online"}>
            {t("resolve")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
