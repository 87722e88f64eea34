/** How things stand now: who waits, who is there, who has how much, and who has waited long for an answer. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { request } from "../http.ts";
import { shortName } from "../lists.ts";
import type { Agent, QueueItem } from "../protocol.ts";
import { clock, useNow } from "../ticker.ts";
import { useConsole } from "../views/context.ts";
import { Icon } from "../views/icons.tsx";
import { Skeleton, Tongue } from "../views/list.tsx";
import { initials } from "../views/rail.tsx";
import { named } from "../views/words.ts";
import { BackLink, useWords } from "./context.tsx";

/** What changes nothing that is told live (who waits for an answer) is asked for this often. */
const POLL_MILLISECONDS = 10_000;
/** However much happens, not oftener. */
const PAUSE_MILLISECONDS = 1_000;
const LONG_SECONDS = 300;

interface Had {
  id: string;
  language: string;
  waiting_reply_seconds: number | null;
}

/** `GET /api/supervision` */
interface Standing {
  queue: QueueItem[];
  agents: (Agent & { open: number; conversations: Had[] })[];
  waits: { longest_seconds: number | null; median_seconds: number | null; n: number };
}

interface Read {
  standing: Standing | null;
  failed: boolean;
  /** When it was read, in this machine's milliseconds. */
  at: number;
  again: () => void;
}

function useStanding(): Read {
  const { desk } = useConsole();
  const [read, setRead] = useState<Omit<Read, "again">>({ standing: null, failed: false, at: 0 });
  const planned = useRef(0);
  const again = (): void => {
    window.clearTimeout(planned.current);
    planned.current = window.setTimeout(again, POLL_MILLISECONDS);
    request<Standing>("GET", "/api/supervision").then(
      (standing) => setRead({ standing, failed: false, at: Date.now() }),
      () => setRead((before) => ({ ...before, failed: true })),
    );
  };
  useEffect(() => {
    again();
    const forget = desk.store.subscribe((after, before) => {
      if (after.queue === before.queue && after.agents === before.agents && after.rows === before.rows) return;
      window.clearTimeout(planned.current);
      planned.current = window.setTimeout(again, PAUSE_MILLISECONDS);
    });
    return () => {
      forget();
      window.clearTimeout(planned.current);
    };
  }, []);
  return { ...read, again };
}

export function Supervision(): JSX.Element {
  const o = useWords();
  const { standing, failed, at, again } = useStanding();
  const since = (useNow() - at) / 1000;
  return (
    <div class="page">
      <header>
        <BackLink />
        <h1>{o("supervision_title")}</h1>
        <p class="live" role="status">
          {failed ? o("supervision_stale") : o("supervision_live")}
        </p>
      </header>
      {standing ? (
        <>
          <Tiles standing={standing} since={since} />
          <Queue queue={standing.queue} since={since} />
          <Agents agents={standing.agents} since={since} />
        </>
      ) : failed ? (
        <div class="empty" role="alert">
          <Icon name="warn" size={28} />
          <p>{o("supervision_failed")}</p>
          <button type="button" class="button" onClick={again}>
            {o("again")}
          </button>
        </div>
      ) : (
        <Skeleton />
      )}
    </div>
  );
}

function Tiles({ standing: { queue, agents, waits }, since }: { standing: Standing; since: number }): JSX.Element {
  const o = useWords();
  const there = agents.filter((agent) => agent.presence === "online");
  const room = there.reduce((sum, agent) => sum + Math.max(0, agent.capacity - agent.open), 0);
  const longest = waits.longest_seconds;
  return (
    <dl class="tiles">
      <Tile name={o("tile_waiting")} value={String(queue.length)} urgent={queue.length > 0 && room === 0} />
      <Tile name={o("tile_longest")} value={longest === null || !queue.length ? "–" : clock(longest + since)} urgent={queue.length > 0 && (longest ?? 0) + since > LONG_SECONDS} />
      <Tile name={o("tile_median")} value={waits.median_seconds === null ? "–" : clock(waits.median_seconds)} hint={o("tile_median_of", { count: waits.n })} />
      <Tile name={o("tile_online")} value={String(there.length)} hint={o("tile_room", { count: room })} />
    </dl>
  );
}

const Tile = ({ name, value, hint, urgent = false }: { name: string; value: string; hint?: string; urgent?: boolean }): JSX.Element => (
  <div class={`tile ${urgent ? "urgent" : ""}`}>
    <dt>{name}</dt>
    <dd>{value}</dd>
    {hint ? <dd class="quiet">{hint}</dd> : null}
  </div>
);

function Table({ title, heads, children }: { title: string; heads: string[]; children: ComponentChildren }): JSX.Element {
  return (
    <section class="block">
      <h2>{title}</h2>
      <div class="scroll" role="region" aria-label={title} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {heads.map((head) => (
                <th scope="col" key={head}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
    </section>
  );
}

function Queue({ queue, since }: { queue: QueueItem[]; since: number }): JSX.Element {
  const { state, t, open } = useConsole();
  const o = useWords();
  const now = useNow() + state.clockOffset;
  if (!queue.length) {
    return (
      <section class="block">
        <h2>{o("queue")}</h2>
        <p class="empty">
          <Icon name="check" size={28} />
          {o("queue_empty")}
        </p>
      </section>
    );
  }
  return (
    <Table title={o("queue")} heads={[o("head_shopper"), o("head_reason"), o("head_team"), o("head_waited"), o("head_offer"), o("head_act")]}>
      {queue.map(({ handoff, conversation, waited_seconds, team_id, offered_to, offer_expires_at }) => {
        const asked = state.agents.find((agent) => agent.id === offered_to)?.name;
        const waited = waited_seconds + since;
        return (
          <tr key={handoff.id}>
            <th scope="row">
              <a class="who-cell" href={`#/${conversation.id}`}>
                <Tongue language={handoff.language} /> {t("shopper_name", { name: shortName(conversation.id) })}
              </a>
            </th>
            <td>{named(t, "reason", handoff.reason)}</td>
            <td>{state.configuration?.teams.find((team) => team.id === (team_id ?? handoff.team_id))?.name ?? o("everybody")}</td>
            <td class={`number ${waited > LONG_SECONDS ? "bad" : ""}`}>{clock(waited)}</td>
            <td>{asked ? `${asked}${offer_expires_at ? ` · ${clock((Date.parse(offer_expires_at) - now) / 1000)}` : ""}` : "–"}</td>
            <td>
              <button type="button" class="button small" onClick={() => open("transfer", conversation.id)}>
                {t("assign")}
              </button>
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

function Agents({ agents, since }: { agents: Standing["agents"]; since: number }): JSX.Element {
  const { t } = useConsole();
  const o = useWords();
  const order = { online: 0, away: 1, offline: 2 };
  const shown = agents.filter((agent) => !agent.disabled && agent.role !== "analyst").sort((a, b) => order[a.presence] - order[b.presence] || b.open - a.open || a.name.localeCompare(b.name));
  return (
    <Table title={o("agents")} heads={[o("head_agent"), o("head_presence"), o("head_languages"), o("head_load"), o("head_conversations")]}>
      {shown.map((agent) => (
        <tr key={agent.id} class={agent.presence}>
          <th scope="row">
            <span class="who-cell">
              <span class="avatar me" aria-hidden="true">
                {initials(agent.name)}
              </span>
              {agent.name}
            </span>
          </th>
          <td>{t(`presence_${agent.presence}`)}</td>
          <td>{agent.languages.map((language) => language.toUpperCase()).join(" ")}</td>
          <td class="number">
            <Load open={agent.open} capacity={agent.capacity} />
          </td>
          <td>
            <ul class="had">
              {agent.conversations.map((had) => (
                <Conversation key={had.id} had={had} since={since} />
              ))}
            </ul>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Load({ open, capacity }: { open: number; capacity: number }): JSX.Element {
  const share = Math.min(1, capacity ? open / capacity : 1);
  return (
    <span class={`meter ${open >= capacity ? "full" : ""}`}>
      <svg width="56" height="6" viewBox="0 0 56 6" aria-hidden="true">
        <rect class="meter-ground" width="56" height="6" rx="3" />
        {open ? <rect class="meter-fill" width={Math.max(3, 56 * share)} height="6" rx="3" /> : null}
      </svg>
      {open} / {capacity}
    </span>
  );
}

/** One conversation of an agent: who it is, and how long an answer has been waited for. */
function Conversation({ had, since }: { had: Had; since: number }): JSX.Element {
  const { state, t, open } = useConsole();
  const o = useWords();
  const waits = had.waiting_reply_seconds === null ? null : had.waiting_reply_seconds + since;
  return (
    <li>
      <a href={`#/${had.id}`} class={waits !== null && waits > LONG_SECONDS ? "bad" : ""}>
        {had.language.toUpperCase()} {shortName(had.id)}
        {waits === null ? "" : ` · ${o("waits_for_answer", { time: clock(waits) })}`}
      </a>
      {state.rows[had.id] ? (
        <button type="button" class="icon-button small" onClick={() => open("transfer", had.id)} aria-label={o("reassign", { name: t("shopper_name", { name: shortName(had.id) }) })} title={t("assign_title")}>
          <Icon name="transfer" size={16} />
        </button>
      ) : null}
    </li>
  );
}
