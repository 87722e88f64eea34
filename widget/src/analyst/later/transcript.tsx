/** One conversation as it went, masked, with why the assistant said what it said. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../agent/views/icons.tsx";
import { useAnswer } from "../answers.ts";
import { Interval } from "../charts/interval.tsx";
import { groupTitle, named } from "../views/board.ts";
import { Swatch } from "../views/outcomes.tsx";
import { Waiting } from "../views/panel.tsx";
import { plainText } from "./markdown.ts";
import type { Decision, EpisodeRow, Transcript, TranscriptMessage } from "./shapes.ts";
import { useLaterBoard } from "./words.ts";

export function TranscriptView({ named: wanted }: { named: string }): JSX.Element {
  const { t } = useLaterBoard();
  const [id = "", episode] = wanted.split(":");
  const asked = useAnswer<Transcript>(`/api/analytics/episodes/${encodeURIComponent(id)}${episode ? `?episode=${encodeURIComponent(episode)}` : ""}`);
  const start = useRef<HTMLLIElement>(null);
  useEffect(() => start.current?.scrollIntoView({ block: "start" }), [asked.answer]);
  if (asked.fault?.code === "not_found") {
    return (
      <div class="empty">
        <Icon name="info" size={28} />
        <p>{t("transcript_gone")}</p>
      </div>
    );
  }
  if (!asked.answer) return <Waiting asked={asked} tall={6} />;
  const { episodes, messages, decisions, conversation, visitor } = asked.answer;
  const byReply = new Map(decisions.map((decision) => [decision.reply_id ?? decision.message_id, decision]));
  const current = Number(episode ?? 0);
  return (
    <>
      <Facts {...{ conversation, visitor }} />
      <ol class="transcript">
        {messages.map((message, index) => (
          <li key={message.id} class={message.author} ref={message.episode === current && messages[index - 1]?.episode !== current ? start : null}>
            {messages[index - 1]?.episode === message.episode ? null : <EpisodeHead row={episodes.find((row) => row.episode === message.episode)} number={message.episode} current={message.episode === current} />}
            <Message message={message} decision={byReply.get(message.id)} />
          </li>
        ))}
      </ol>
      {conversation.messages > messages.length ? <p class="quiet note">{t("transcript_cut", { shown: messages.length, all: conversation.messages })}</p> : null}
    </>
  );
}

function Facts({ conversation, visitor }: Pick<Transcript, "conversation" | "visitor">): JSX.Element {
  const board = useLaterBoard();
  const { t, numbers } = board;
  const facts = [t("visitor", { name: visitor.slice(0, 8) }), numbers.language(conversation.language), groupTitle(board, "surface", conversation.surface), conversation.page].filter(Boolean);
  return <p class="quiet facts">{facts.join(" · ")}</p>;
}

function EpisodeHead({ row, number, current }: { row: EpisodeRow | undefined; number: number; current: boolean }): JSX.Element {
  const board = useLaterBoard();
  const { t, numbers, address } = board;
  return (
    <p class={`episode-head ${current ? "current" : ""}`}>
      <strong>{t("episode_number", { number })}</strong>
      {row?.outcome ? (
        <span class="outcome-name">
          <Swatch name={row.outcome} /> {named(t, "outcome", row.outcome)}
        </span>
      ) : null}
      <span class="quiet">
        {[row?.started_at ? numbers.moment(row.started_at, address.zone) : null, row?.handoff_reason ? named(t, "handoff_reason", row.handoff_reason) : null, row?.csat ? t("rated", { csat: row.csat }) : null].filter(Boolean).join(" · ")}
      </span>
    </p>
  );
}

function Message({ message, decision }: { message: TranscriptMessage; decision: Decision | undefined }): JSX.Element {
  const { t, numbers, address } = useLaterBoard();
  const name = message.author === "agent" ? (message.name ?? t("author_agent")) : t(`author_${message.author}`);
  return (
    <div class="said">
      <p class="by">
        <strong>{name}</strong>
        <time dateTime={message.at}>{numbers.moment(message.at, address.zone)}</time>
        {message.helpful === null ? null : <span class={message.helpful ? "good" : "bad"}>{t(message.helpful ? "judged_helpful" : "judged_unhelpful")}</span>}
      </p>
      <p class="bubble" dir="auto" lang={message.language}>
        {message.author === "bot" ? plainText(message.text) : message.text}
      </p>
      {decision ? <Why decision={decision} /> : null}
    </div>
  );
}

/** What was considered, how probable each was, and what followed from it. */
function Why({ decision }: { decision: Decision }): JSX.Element {
  const { t, numbers } = useLaterBoard();
  const action = t(`action_${decision.action}` as "action_answer");
  const scores = Object.entries(decision.scores);
  return (
    <details class="why">
      <summary>
        {action}
        {decision.confidence === null ? null : <span class="quiet">{t("confidence_of", { share: numbers.share(decision.confidence) })}</span>}
      </summary>
      {decision.reason ? <p class="quiet">{t("why_reason", { reason: named(t, "handoff_reason", decision.reason) })}</p> : null}
      {decision.candidates.length ? (
        <table class="candidates">
          <thead>
            <tr>
              <th scope="col">{t("candidate")}</th>
              <th scope="col" class="number">
                {t("confidence")}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {decision.candidates.map((candidate) => (
              <tr key={candidate.entry} class={candidate.entry === decision.entry ? "taken" : ""}>
                <th scope="row">
                  {candidate.title} <code>{candidate.entry}</code>
                </th>
                <td class="number">{numbers.share(candidate.confidence)}</td>
                <td>
                  <Interval value={candidate.confidence} low={0} high={candidate.confidence} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p class="quiet">{t("no_candidates")}</p>
      )}
      <p class="quiet scores">
        {scores.map(([name, score]) => `${name} ${Math.round(score * 1000) / 1000}`).join(" · ")}
        {scores.length ? " · " : ""}
        {t("decided_in", { ms: numbers.decimal(decision.milliseconds), language: numbers.language(decision.language), version: decision.kb_version.slice(0, 8) })}
      </p>
    </details>
  );
}
