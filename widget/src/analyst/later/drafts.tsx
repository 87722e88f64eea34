/** Drafts and what became of them; one of them to be worked on. */
import type { JSX } from "preact";
import { Icon } from "../../agent/views/icons.tsx";
import { useAnswer } from "../answers.ts";
import { hrefOf } from "../views/board.ts";
import { Opens } from "../views/links.tsx";
import { Waiting } from "../views/panel.tsx";
import { DraftEditor } from "./draft.tsx";
import type { Draft } from "./shapes.ts";
import { useLaterBoard } from "./words.ts";

export function Drafts(): JSX.Element {
  const { address } = useLaterBoard();
  return <div class="sections">{address.item ? <One key={address.item} id={address.item} /> : <All />}</div>;
}

function All(): JSX.Element {
  const { t, numbers, address, version } = useLaterBoard();
  const asked = useAnswer<{ drafts: Draft[] }>(`/api/analytics/drafts?v=${version}`);
  const drafts = asked.answer?.drafts;
  if (!drafts) return <Waiting asked={asked} tall={4} />;
  if (!drafts.length) {
    return (
      <section class="panel empty">
        <Icon name="note" size={28} />
        <p>
          <strong>{t("drafts_none")}</strong>
        </p>
        <p>{t("drafts_hint")}</p>
        <Opens kind="button" href={hrefOf(address, { page: "painpoints", item: null })}>
          {t("page_painpoints")}
        </Opens>
      </section>
    );
  }
  return (
    <ul class="episodes panel">
      {drafts.map((draft) => (
        <li key={draft.id}>
          <Opens kind="episode" href={hrefOf(address, { item: draft.id })}>
            <span class="quote">{Object.values(draft.texts)[0]?.title || draft.entry}</span>
            <span class={`badge ${draft.status}`}>{t(`status_${draft.status}`)}</span>
            <span class="quiet meta">{[draft.entry, t(draft.is_new ? "draft_is_new" : "draft_is_change"), Object.keys(draft.texts).map(numbers.language).join(", "), numbers.moment(draft.published_at ?? draft.created_at, address.zone)].join(" · ")}</span>
          </Opens>
        </li>
      ))}
    </ul>
  );
}

function One({ id }: { id: string }): JSX.Element {
  const { t, address } = useLaterBoard();
  const asked = useAnswer<Draft>(`/api/analytics/drafts/${encodeURIComponent(id)}`);
  return (
    <>
      <Opens kind="back-link" href={hrefOf(address, { item: null })}>
        <Icon name="back" size={16} /> {t("all_drafts")}
      </Opens>
      {asked.answer ? <DraftEditor first={asked.answer} /> : <Waiting asked={asked} tall={6} />}
    </>
  );
}
