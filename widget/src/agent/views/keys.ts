/** What the keys do that are pressed outside of text fields, and how an agent is called back to the tab. */
import { useEffect, useRef } from "preact/hooks";
import { chime, newlyWaiting, notify, pageTitle } from "../alerts.ts";
import { neighbour, unreadOfMine } from "../lists.ts";
import type { Row } from "../protocol.ts";
import { type Meant, meant } from "../shortcuts.ts";
import type { Console } from "./context.ts";
import { isMine, isSupervisor, offeredElsewhere, shelved, shownRows } from "./rows.ts";
import { SEARCH_FIELD } from "./search.tsx";
import { languageName, named } from "./words.ts";

export function useKeys(context: Console): void {
  useEffect(() => {
    const listening = new AbortController();
    document.addEventListener("keydown", (event) => pressed(event, context), { signal: listening.signal });
    return () => listening.abort();
  });
}

function pressed(event: KeyboardEvent, context: Console): void {
  const { state, preferences, panel } = context;
  if (state.phase !== "ready" || event.defaultPrevented) return;
  const target = event.target as HTMLElement;
  if (event.key === "Escape") return escaped(target, context);
  const { key, ctrlKey, metaKey, altKey, isComposing } = event;
  const typing = target.matches("input,textarea,select,[contenteditable]");
  const command = meant({ key, ctrlKey, metaKey, altKey, isComposing, typing }, { keys: preferences.keys, on: preferences.shortcuts });
  if (!command || (panel && panel !== "brief" && command !== "menu")) return;
  event.preventDefault();
  obey(command, context);
}

function escaped(target: HTMLElement, { state, panel, open, go, route, to }: Console): void {
  if (panel === "brief") open(null);
  else if (target.id === "composer-field") target.blur();
  else if (panel) return;
  else if (route.page !== "inbox") to("#/");
  else if (state.selected) go(null);
}

/** What a command does now; nothing where it has no meaning. */
function obey(command: Meant, context: Console): void {
  const { state, desk, panel, open, go, write, insert } = context;
  const row = state.selected ? state.rows[state.selected] : undefined;
  const mine = row && isMine(state, row) ? row : undefined;
  switch (command) {
    case "menu":
      return open(panel === "menu" ? null : "menu");
    case "help":
      return open("settings");
    case "next":
    case "previous":
      return go(neighbour(shownRows(state), state.selected, command === "next" ? 1 : -1));
    case "search":
      return document.getElementById(SEARCH_FIELD)?.focus();
    case "accept":
      return accept(row, context);
    case "decline": {
      const offer = state.offers.find((candidate) => !candidate.over);
      return offer && void desk.act.decline(offer.handoff.id);
    }
    case "resolve":
      return mine && open("resolve");
    case "transfer":
      return row && (mine || (isSupervisor(state) && (row.status === "waiting" || row.status === "agent"))) ? open("transfer") : undefined;
    case "return":
      return mine && void desk.act.giveBack(mine.id);
    case "note":
    case "reply":
      return row && write(command);
    case "canned":
      return mine && insert("/");
    case "brief":
      return row && open(panel === "brief" ? null : "brief");
    default: {
      const suggestion = mine ? state.threads[mine.id]?.suggestions[Number(command.at(-1)) - 1] : undefined;
      return suggestion && insert(suggestion.text);
    }
  }
}

/** What was offered comes first; then the conversation on the screen. */
function accept(row: Row | undefined, { state, desk, write }: Console): void {
  const offer = state.offers.find((candidate) => !candidate.over);
  const taken = (done: boolean): void => (done ? write("reply") : undefined);
  if (offer) void desk.act.accept(offer.conversation.id).then(taken);
  else if (row?.status === "waiting" && offeredElsewhere(state, row) === undefined) void desk.act.accept(row.id).then(taken);
  else if (row?.status === "bot") void desk.act.take(row.id).then(taken);
}

export function useAlerts({ state, desk, t, preferences, go }: Console): void {
  const ready = state.phase === "ready";
  const count = ready ? state.queue.length + unreadOfMine(shelved(state)) : 0;
  const offer = ready ? state.offers.find((candidate) => !candidate.over) : undefined;
  const gone = useRef<() => void>(() => undefined);
  useEffect(() => {
    document.title = pageTitle(t("page_title"), count, offer ? t("offer_short") : "");
  }, [count, t, offer?.handoff.id]);
  // An offer that is over needs nobody's attention any more.
  useEffect(() => {
    if (!offer) gone.current();
  }, [offer?.handoff.id]);
  useEffect(
    () =>
      desk.store.subscribe((after, before) => {
        const asked = after.offers.find((candidate) => !candidate.over && !before.offers.some((known) => known.handoff.id === candidate.handoff.id && !known.over));
        const waiting = before.live && after.queue !== before.queue && after.session?.settings.routing !== "offer" ? newlyWaiting(after.queue, before.queue)[0] : undefined;
        const first = asked ?? waiting;
        if (!first || (!asked && after.session?.agent.presence !== "online")) return;
        if (preferences.sound) chime();
        const { handoff, conversation } = first;
        const row = after.rows[conversation.id];
        const last = row?.asked ?? row?.last?.text;
        const title = asked ? t("offer_title", { language: languageName(handoff.language, preferences.language) }) : t("notification_title");
        gone.current = notify(title, `${named(t, "reason", handoff.reason)}${last ? `: ${last}` : ""}`, () => go(conversation.id));
      }),
    [preferences.sound, t],
  );
}
