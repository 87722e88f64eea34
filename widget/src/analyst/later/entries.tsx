/** The help center itself: entries that overlap, that have grown old, that nobody needs. */
import type { JSX } from "preact";
import { queryOf } from "../address.ts";
import { useAnswer } from "../answers.ts";
import { cell, words } from "../table.ts";
import { Panel, Waiting } from "../views/panel.tsx";
import type { Entries as Told } from "./shapes.ts";
import { useLaterBoard } from "./words.ts";

export function Entries(): JSX.Element {
  const { t, numbers, address } = useLaterBoard();
  const asked = useAnswer<Told>(`/api/analytics/entries?${queryOf({ ...address, filters: {} })}`);
  const told = asked.answer;
  if (!told) return <Waiting asked={asked} tall={6} />;
  const none = <p class="quiet none">{t("entries_none")}</p>;
  return (
    <div class="sections">
      <Panel
        title={t("overlapping")}
        finding={t("overlapping_is")}
        open
        table={{
          name: "overlapping",
          head: [t("by_entry"), t("other_entry"), t("by_language"), t("similarity")],
          rows: told.overlapping.map(({ titles, texts, language, similarity }) => [cell(`${titles[0]} — “${texts[0]}”`), words(`${titles[1]} — “${texts[1]}”`), words(numbers.language(language)), cell(numbers.share(similarity), similarity)]),
        }}
      >
        {told.overlapping.length ? null : none}
      </Panel>
      <Panel
        title={t("stale")}
        finding={t("stale_is")}
        open
        table={{
          name: "stale",
          head: [t("by_entry"), t("updated"), t("answers"), t("unhelpful")],
          rows: told.stale.map(({ title, updated, answers, unhelpful }) => [cell(title), words(updated ? numbers.day(updated) : "–"), cell(numbers.whole(answers), answers), cell(numbers.whole(unhelpful), unhelpful)]),
        }}
      >
        {told.stale.length ? null : none}
      </Panel>
      <Panel
        title={t("unneeded")}
        finding={t("unneeded_is")}
        open
        table={{
          name: "unneeded",
          head: [t("by_entry"), t("languages"), t("unneeded_days")],
          rows: told.unneeded.map(({ title, languages, days }) => [cell(title), words(languages.map(numbers.language).join(", ")), cell(numbers.whole(days), days)]),
        }}
      >
        {told.unneeded.length ? null : none}
      </Panel>
    </div>
  );
}
