/** Everything that can be done, found by typing a few letters of it (Ctrl/Cmd+K). */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { fold } from "../fold.ts";
import { LISTS, listed, shortName } from "../lists.ts";
import type { Command } from "../shortcuts.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../preferences.ts";
import { type Console, useConsole } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { isMine, isSupervisor, offeredElsewhere, shelved } from "./rows.ts";
import { SEARCH_FIELD } from "./search.tsx";

interface Action {
  key: string;
  label: string;
  detail?: string;
  icon: IconName;
  /** The key that does the same without the menu. */
  command?: Command;
  run: () => void;
}

/** What can be done right now, the likeliest first. */
function actions(console: Console): Action[] {
  return [...ofConversation(console), ...ofConsole(console), ...conversations(console)];
}

function ofConversation({ state, desk, t, open, write, insert }: Console): Action[] {
  const offer = state.offers.find((candidate) => !candidate.over);
  const found: Action[] = [];
  if (offer) {
    found.push({ key: "offer", command: "accept", label: t("offer_accept"), icon: "check", run: () => void desk.act.accept(offer.conversation.id).then((done) => done && write("reply")) });
    found.push({ key: "decline", command: "decline", label: t("key_decline"), icon: "close", run: () => void desk.act.decline(offer.handoff.id) });
  }
  const row = state.selected ? state.rows[state.selected] : undefined;
  if (!row) return found;
  const mine = isMine(state, row);
  const blocked = row.blocked === true;
  if (row.status === "waiting" && offeredElsewhere(state, row) === undefined && !offer) found.push({ key: "accept", command: "accept", label: t("accept_long"), icon: "check", run: () => void desk.act.accept(row.id).then((done) => done && write("reply")) });
  if (row.status === "bot") found.push({ key: "take", command: "accept", label: t("take_long"), icon: "reply", run: () => void desk.act.take(row.id).then((done) => done && write("reply")) });
  if (!mine && isSupervisor(state) && (row.status === "waiting" || row.status === "agent")) found.push({ key: "assign", command: "transfer", label: t("assign_title"), icon: "transfer", run: () => open("transfer") });
  if (mine) {
    found.push({ key: "reply", command: "reply", label: t("key_reply"), icon: "reply", run: () => write("reply") });
    for (const [index, { title, text }] of (state.threads[row.id]?.suggestions ?? []).slice(0, 3).entries()) {
      found.push({ key: `suggestion-${index}`, label: t("insert_suggestion", { title }), icon: "sparkle", run: () => insert(text) });
    }
    found.push({ key: "canned", command: "canned", label: t("key_canned"), icon: "reply", run: () => insert("/") });
    found.push({ key: "resolve", command: "resolve", label: t("key_resolve"), icon: "check", run: () => open("resolve") });
    found.push({ key: "transfer", command: "transfer", label: t("transfer_title"), icon: "person", run: () => open("transfer") });
    found.push({ key: "return", command: "return", label: t("return_long"), icon: "giveBack", run: () => void desk.act.giveBack(row.id) });
  }
  found.push({ key: "note", command: "note", label: t("key_note"), icon: "note", run: () => write("note") });
  found.push({ key: "brief", command: "brief", label: t("show_brief"), icon: "info", run: () => open("brief") });
  found.push({ key: "block", label: blocked ? t("unblock") : t("block"), icon: "stop", run: () => void desk.act.block(row.id, !blocked) });
  return found;
}

function ofConsole({ state, desk, t, open, prefer, preferences, route, to }: Console): Action[] {
  const online = state.session?.agent.presence === "online";
  return [
    ...[...LISTS, "tickets" as const].map((list): Action => ({ key: `list-${list}`, label: t("go_to", { name: t(`list_${list}`) }), icon: "inbox", run: () => (route.page === "inbox" || to("#/"), desk.pickList(list)) })),
    { key: "search", command: "search", label: t("search"), icon: "search", run: () => (route.page === "inbox" || to("#/"), window.setTimeout(() => document.getElementById(SEARCH_FIELD)?.focus(), 50)) },
    ...(isSupervisor(state)
      ? [
          { key: "supervision", label: t("go_to", { name: t("supervision") }), icon: "eye" as const, run: () => to("#/supervision") },
          { key: "shop-settings", label: t("go_to", { name: t("shop_settings") }), icon: "settings" as const, run: () => to("#/settings/teams") },
        ]
      : []),
    { key: "presence", label: online ? t("go_away") : t("go_online"), icon: "person", run: () => desk.setPresence(online ? "away" : "online") },
    ...LANGUAGES.filter((language) => language !== preferences.language).map((language): Action => ({ key: `language-${language}`, label: LANGUAGE_NAMES[language], icon: "settings", run: () => prefer("language", language) })),
    { key: "sound", label: preferences.sound ? t("sound_off") : t("sound_on"), icon: "settings", run: () => prefer("sound", !preferences.sound) },
    { key: "settings", command: "help", label: t("settings"), icon: "sliders", run: () => open("settings") },
    { key: "out", label: t("sign_out"), icon: "out", run: () => void desk.signOut() },
  ];
}

function conversations({ state, t, go }: Console): Action[] {
  return listed("all", shelved(state)).map((row) => ({
    key: row.id,
    label: t("shopper_name", { name: shortName(row.id) }),
    detail: row.last?.text ?? "",
    icon: "inbox",
    run: () => go(row.id),
  }));
}

const SHOWN = 50;

export function Menu(): JSX.Element {
  const console = useConsole();
  const { t, open, preferences } = console;
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef<HTMLUListElement>(null);
  const words = fold(query).split(/\s+/).filter(Boolean);
  const all = actions(console);
  const matching = all.filter(({ label, detail }) => words.every((word) => fold(`${label} ${detail ?? ""}`).includes(word)));
  const found = (query ? matching : matching.filter((action) => action.detail === undefined)).slice(0, SHOWN);
  const current = found[Math.min(at, found.length - 1)];
  useEffect(() => box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [at, query]);

  const run = (action: Action | undefined): void => {
    if (!action) return;
    open(null);
    // After the dialog has given the focus back, so that the action may take it.
    window.setTimeout(action.run);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setAt((found.length + Math.min(at, found.length - 1) + step) % Math.max(1, found.length));
    else if (event.key === "Enter") run(current);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={t("menu")} closeLabel={t("close")} kind="menu" onClose={() => open(null)}>
      <div class="menu-search">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="menu-list"
          aria-autocomplete="list"
          aria-activedescendant={current ? `menu-${current.key}` : undefined}
          aria-label={t("menu_search")}
          placeholder={t("menu_search")}
          autocomplete="off"
          autofocus
          value={query}
          onInput={(event) => (setQuery(event.currentTarget.value), setAt(0))}
          onKeyDown={pressed}
        />
      </div>
      <ul id="menu-list" class="menu-list" role="listbox" aria-label={t("menu")} ref={box}>
        {found.map((action) => (
          <li key={action.key} id={`menu-${action.key}`} role="option" aria-selected={action === current} onMouseDown={(event) => event.preventDefault()} onClick={() => run(action)}>
            <Icon name={action.icon} size={18} />
            <span class="label">{action.label}</span>
            {action.detail ? <span class="detail">{action.detail}</span> : null}
            {action.command && preferences.shortcuts ? <kbd>{preferences.keys[action.command]}</kbd> : null}
          </li>
        ))}
      </ul>
      <p class="menu-none" role="status">
        {found.length ? "" : t("menu_none")}
      </p>
    </Dialog>
  );
}
