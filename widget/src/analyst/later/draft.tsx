/** A draft of an entry: written, replayed on past messages, published, and later its effect. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { HttpFault, request } from "../../agent/http.ts";
import { Icon } from "../../agent/views/icons.tsx";
import { forget, useAnswer } from "../answers.ts";
import { Panel } from "../views/panel.tsx";
import { ReplayResult } from "./replay.tsx";
import type { Draft, DraftText, Effect, Replay } from "./shapes.ts";
import { useLaterBoard } from "./words.ts";

type Busy = "saving" | "replaying" | "publishing" | null;

const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export function DraftEditor({ first }: { first: Draft }): JSX.Element {
  const board = useLaterBoard();
  const { t, numbers, address, go } = board;
  const [draft, setDraft] = useState(first);
  const [texts, setTexts] = useState(first.texts);
  const [entry, setEntry] = useState(first.entry);
  const [language, setLanguage] = useState(Object.keys(first.texts)[0] ?? "en");
  const [busy, setBusy] = useState<Busy>(null);
  const [fault, setFault] = useState<string | null>(null);
  const changed = entry !== draft.entry || JSON.stringify(texts) !== JSON.stringify(draft.texts);
  const published = draft.status === "published";
  const path = `/api/analytics/drafts/${encodeURIComponent(draft.id)}`;

  const work = async (doing: Exclude<Busy, null>, task: () => Promise<Draft>): Promise<void> => {
    setBusy(doing);
    setFault(null);
    try {
      const told = await task();
      forget();
      setDraft(told);
      setTexts(told.texts);
      setEntry(told.entry);
    } catch (error) {
      setFault(error instanceof HttpFault ? error.message || t(`error_${error.code}`, { message: error.message }) : String(error));
    } finally {
      setBusy(null);
    }
  };
  const saved = async (): Promise<Draft> => (changed ? request<Draft>("PUT", path, { entry, texts: cleaned(texts), version: draft.version }) : draft);
  const replay = (): Promise<void> =>
    work("replaying", async () => {
      const kept = await saved();
      const told = await request<Replay>("POST", `${path}/replay`);
      return { ...kept, replay: told };
    });
  const publish = (): Promise<void> => work("publishing", () => request<Draft>("POST", `${path}/publish`));
  const remove = async (): Promise<void> => {
    await request("DELETE", path).catch((error: unknown) => setFault(error instanceof HttpFault ? error.message : String(error)));
    forget();
    go({ item: null });
  };
  const shown = texts[language];
  const write = (change: Partial<DraftText>): void => setTexts((before) => ({ ...before, [language]: { ...(before[language] ?? { title: "", variants: [], answer: "" }), ...change } }));
  const replayed = !changed && draft.replay;
  return (
    <>
      <section class="panel draft">
        <header class="pain-head">
          <h2>{shown?.title || entry}</h2>
          <span class={`badge ${draft.status}`}>{t(`status_${draft.status}`)}</span>
        </header>
        <p class="quiet">{[t(draft.is_new ? "draft_is_new" : "draft_is_change"), draft.based_on?.size ? t("draft_from", { count: draft.based_on.size }) : null, numbers.moment(draft.created_at, address.zone)].filter(Boolean).join(" · ")}</p>
        <div class="languages" role="group" aria-label={t("by_language")}>
          {Object.keys(texts).map((one) => (
            <button type="button" key={one} aria-pressed={one === language} onClick={() => setLanguage(one)}>
              {numbers.language(one)}
            </button>
          ))}
        </div>
        <fieldset class="editor" disabled={published || busy !== null} key={`${language}-${draft.version}`}>
          <label class="stacked">
            <span>{t("draft_entry_id")}</span>
            <input class="field" value={entry} readOnly={!draft.is_new} spellcheck={false} onInput={(event) => setEntry(event.currentTarget.value)} />
          </label>
          <label class="stacked">
            <span>{t("draft_title")}</span>
            <input class="field" lang={language} value={shown?.title ?? ""} onInput={(event) => write({ title: event.currentTarget.value })} />
          </label>
          <label class="stacked">
            <span>{t("draft_variants_field")}</span>
            <textarea class="field" lang={language} rows={7} defaultValue={shown?.variants.join("\n") ?? ""} onInput={(event) => write({ variants: event.currentTarget.value.split("\n") })} />
          </label>
          <label class="stacked">
            <span>{t("draft_answer")}</span>
            <textarea class="field" lang={language} rows={9} value={shown?.answer ?? ""} onInput={(event) => write({ answer: event.currentTarget.value })} />
          </label>
        </fieldset>
        {fault ? (
          <p class="fault" role="alert">
            <Icon name="warn" size={18} /> <span>{fault}</span>
          </p>
        ) : null}
        {published ? null : (
          <div class="steps">
            <button type="button" class="button" disabled={!changed || busy !== null} onClick={() => void work("saving", saved)}>
              {t(busy === "saving" ? "saving" : "save")}
            </button>
            <button type="button" class={`button ${replayed ? "" : "primary"}`} disabled={busy !== null} onClick={() => void replay()}>
              {busy === "replaying" ? <span class="spinner" /> : <Icon name="giveBack" size={18} />} {t(busy === "replaying" ? "replaying" : "replay")}
            </button>
            <button type="button" class={`button ${replayed ? "primary" : ""}`} disabled={!replayed || busy !== null} onClick={() => void publish()}>
              {t(busy === "publishing" ? "publishing" : "publish")}
            </button>
            <button type="button" class="link bad" disabled={busy !== null} onClick={() => void remove()}>
              {t("draft_delete")}
            </button>
            <p class="quiet" role="status">
              {busy === "replaying" ? t("replay_wait") : replayed ? t("replay_ready") : t("replay_first")}
            </p>
          </div>
        )}
      </section>
      {replayed ? <ReplayResult replay={replayed} /> : null}
      {published ? <EffectView draft={draft} /> : null}
    </>
  );
}

/** Without empty lines among the variants. */
const cleaned = (texts: Record<string, DraftText>): Record<string, DraftText> => Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, { ...text, variants: lines(text.variants.join("\n")) }]));

/** What the change did to how often these turns end badly. */
function EffectView({ draft }: { draft: Draft }): JSX.Element {
  const { t, numbers } = useLaterBoard();
  const asked = useAnswer<Effect>(`/api/analytics/drafts/${encodeURIComponent(draft.id)}/effect`);
  const told = asked.answer;
  if (!told) return <></>;
  const share = (side: Effect["before"]): string => `${numbers.share(side.share)} (${t("of", { numerator: side.bad, denominator: side.turns })})`;
  const verdict = told.difference === null || !told.after.turns ? "effect_early" : !told.significant ? "effect_chance" : told.difference < 0 ? "effect_better" : "effect_worse";
  return (
    <Panel title={t("effect")} finding={t("effect_since", { day: numbers.day(told.since), count: told.days })}>
      <dl class="numbers">
        <div>
          <dt>{t("effect_before")}</dt>
          <dd>{share(told.before)}</dd>
        </div>
        <div>
          <dt>{t("effect_after")}</dt>
          <dd>{share(told.after)}</dd>
        </div>
      </dl>
      <p>{t(verdict)}</p>
    </Panel>
  );
}
