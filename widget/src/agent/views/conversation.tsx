/** The middle pane: who it is and what can be done, the messages, the composer. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { shortName } from "../lists.ts";
import type { Row } from "../protocol.ts";

import { items, type Thread, TYPING_MILLISECONDS, VIEWED_MILLISECONDS } from "../thread.ts";
import { useNow } from "../ticker.ts";
import { Composer } from "./composer.tsx";
import { useConsole } from "./context.ts";
import { Icon, type IconName } from "./icons.tsx";
import { Skeleton, Tongue, Waited } from "./list.tsx";
import { Line } from "./message.tsx";
import { initials } from "./rail.tsx";
import { isMine, isSupervisor, offeredElsewhere } from "./rows.ts";
import { statusLine } from "./words.ts";

export function Conversation(): JSX.Element {
  const { state, t } = useConsole();
  const row = state.selected ? state.rows[state.selected] : undefined;
  const thread = state.selected ? state.threads[state.selected] : undefined;
  if (!state.selected || !thread) {
    return (
      <section class="conversation nothing" aria-label={t("conversation")}>
        <div class="empty">
          <Icon name="inbox" size={36} />
          <p>
            <strong>{t("nothing_selected")}</strong>
          </p>
          <p>{t("nothing_selected_hint")}</p>
        </div>
      </section>
    );
  }
  return (
    <section class="conversation" aria-label={t("conversation")}>
      <Head id={state.selected} row={row} />
      {thread.phase === "failed" ? <Failed id={state.selected} /> : <Messages key={state.selected} id={state.selected} thread={thread} />}
      {row ? <Composer key={`composer-${row.id}`} row={row} /> : null}
    </section>
  );
}

function Failed({ id }: { id: string }): JSX.Element {
  const { desk, t } = useConsole();
  return (
    <div class="empty" role="alert">
      <Icon name="warn" size={28} />
      <p>{t("thread_failed")}</p>
      <button type="button" class="button" onClick={() => desk.reload(id)}>
        {t("try_again")}
      </button>
    </div>
  );
}

function Head({ id, row }: { id: string; row: Row | undefined }): JSX.Element {
  const { state, t, go, panel, open } = useConsole();
  const me = state.session?.agent.id ?? "";
  const watching = row && row.agent_id !== me && (row.status === "bot" || row.status === "agent");
  return (
    <header class="head">
      <button type="button" class="icon-button back" onClick={() => go(null)} aria-label={t("back_to_list")}>
        <Icon name="back" />
      </button>
      {row ? <Tongue language={row.language} /> : null}
      <div class="head-who">
        <h2>{t("shopper_name", { name: shortName(id) })}</h2>
        {row ? (
          <p class={`head-status ${row.status}`}>
            {statusLine(t, row, me)}
            {row.status === "waiting" ? (
              <>
                {" · "}
                <Waited row={row} />
              </>
            ) : null}
            {watching && state.connection === "online" ? (
              <span class="watching">
                <Icon name="eye" size={15} /> {t("watching")}
              </span>
            ) : null}
          </p>
        ) : null}
      </div>
      <Viewers id={id} />
      {row ? <Actions row={row} /> : null}
      <button type="button" class="icon-button brief-toggle" onClick={() => open(panel === "brief" ? null : "brief")} aria-expanded={panel === "brief"} aria-label={t("brief")} title={t("brief")}>
        <Icon name="info" />
      </button>
    </header>
  );
}

/** Colleagues who have this conversation on their screens; who of them writes has a ring. */
function Viewers({ id }: { id: string }): JSX.Element | null {
  const { state, t } = useConsole();
  const now = useNow();
  const thread = state.threads[id];
  const viewers = (thread?.viewers ?? []).filter((viewer) => now - viewer.at < VIEWED_MILLISECONDS);
  if (!viewers.length) return null;
  const writes = thread?.typing?.author === "agent" && now - thread.typing.at < TYPING_MILLISECONDS ? thread.typing.name : null;
  return (
    <ul class="viewers" aria-label={t("viewers")}>
      {viewers.map((viewer) => (
        <li key={viewer.id} class={`avatar viewer ${viewer.name === writes ? "writes" : ""}`} title={t(viewer.name === writes ? "agent_types" : "views", { name: viewer.name })}>
          <span aria-hidden="true">{initials(viewer.name)}</span>
          <span class="unseen">{t(viewer.name === writes ? "agent_types" : "views", { name: viewer.name })}</span>
        </li>
      ))}
    </ul>
  );
}

function Actions({ row }: { row: Row }): JSX.Element | null {
  const { state, desk, t, open, write } = useConsole();
  const off = state.connection !== "online" || state.busy !== null;
  const act = (label: string, icon: IconName, run: () => void, kind = ""): JSX.Element => (
    <button type="button" class={`button ${kind}`} disabled={off} onClick={run} title={label}>
      <Icon name={icon} size={18} /> <span class="label">{label}</span>
    </button>
  );
  const assign = isSupervisor(state) && (row.status === "waiting" || row.status === "agent") ? act(t("assign"), "transfer", () => open("transfer"), "icon-only") : null;
  if (row.status === "waiting") {
    return (
      <div class="actions also-below">
        {assign}
        {offeredElsewhere(state, row) === undefined ? act(t("accept"), "check", () => void desk.act.accept(row.id).then(() => write("reply")), "primary") : null}
      </div>
    );
  }
  if (row.status === "bot") return <div class="actions also-below">{act(t("take"), "reply", () => void desk.act.take(row.id).then(() => write("reply")), "primary")}</div>;
  if (!isMine(state, row)) return assign && <div class="actions">{assign}</div>;
  return (
    <div class="actions">
      {act(t("transfer"), "transfer", () => open("transfer"), "icon-only")}
      {act(t("return"), "giveBack", () => void desk.act.giveBack(row.id))}
      {act(t("resolve"), "check", () => open("resolve"), "primary")}
    </div>
  );
}

/** Near enough to the end that new messages should come into view by themselves. */
const NEAR_PIXELS = 120;

function Messages({ id, thread }: { id: string; thread: Thread }): JSX.Element {
  const { state, desk, t } = useConsole();
  const scroller = useRef<HTMLDivElement>(null);
  const before = useRef({ height: 0, first: "" });
  const [atEnd, setAtEnd] = useState(true);
  const lines = items(
    thread,
    state.outgoing.filter((item) => item.conversation_id === id),
  );
  const last = lines.at(-1)?.key;
  const first = thread.messages[0]?.id ?? "";

  useLayoutEffect(() => {
    const pane = scroller.current;
    if (!pane) return;
    // Older messages came in above: what was in view stays in view.
    if (before.current.first && before.current.first !== first) pane.scrollTop += pane.scrollHeight - before.current.height;
    else if (atEnd) pane.scrollTop = pane.scrollHeight;
    before.current = { height: pane.scrollHeight, first };
  }, [last, first, thread.phase]);
  useEffect(() => desk.lookAt(id), [last]);
  useStickyEnd(scroller, atEnd);

  const scrolled = (): void => {
    const pane = scroller.current;
    if (pane) setAtEnd(pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR_PIXELS);
  };
  const toEnd = (): void => scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: "smooth" });

  return (
    <div class="messages-frame">
      <div class="messages" ref={scroller} onScroll={scrolled} role="log" aria-live="off" aria-label={t("messages")} tabIndex={0}>
        {thread.phase === "loading" && !lines.length ? <Skeleton /> : null}
        {thread.more ? (
          <button type="button" class="button older" disabled={state.busy === "older"} onClick={() => void desk.loadOlder(id)}>
            {t("load_older")}
          </button>
        ) : null}
        <ol>
          {lines.map((item) => (
            <Line key={item.key} item={item} decisions={thread.detail?.brief.decisions ?? []} />
          ))}
        </ol>
        <Typing thread={thread} />
      </div>
      {atEnd ? null : (
        <button type="button" class="button to-end" onClick={toEnd}>
          <Icon name="down" size={16} /> {t("to_newest")}
        </button>
      )}
    </div>
  );
}

/** A pane that gets smaller (a keyboard, a longer draft) keeps its end in view. */
function useStickyEnd(scroller: { current: HTMLDivElement | null }, atEnd: boolean): void {
  const wanted = useRef(atEnd);
  wanted.current = atEnd;
  useEffect(() => {
    const pane = scroller.current;
    if (!pane) return;
    const observer = new ResizeObserver(() => {
      if (wanted.current) pane.scrollTop = pane.scrollHeight;
    });
    observer.observe(pane);
    return () => observer.disconnect();
  }, []);
}

function Typing({ thread }: { thread: Thread }): JSX.Element {
  const { t } = useConsole();
  const now = useNow();
  const typing = thread.typing && now - thread.typing.at < TYPING_MILLISECONDS ? thread.typing : null;
  return (
    <p class={`typing ${typing ? "" : "none"}`} role="status">
      {typing ? (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {typing.author === "shopper" ? t("shopper_types") : t("agent_types", { name: typing.name ?? t("somebody") })}
        </>
      ) : null}
    </p>
  );
}
