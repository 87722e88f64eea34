/** Everything that can be done, found by typing a few letters of it (Ctrl/Cmd+K). */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { fold } from "../fold.ts";
import { LISTS, listed, shortName } from "../lists.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../preferences.ts";
import { type Console, useConsole } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { shelved } from "./rows.ts";

interface Action {
  key: string;
  label: string;
  detail?: string;
  icon: IconName;
  run: () => void;
}

/** What can be done right now, the likeliest first. */
function actions(console: Console): Action[] {
  return [...ofConversation(console), ...ofConsole(console), ...conversations(console)];
}

function ofConversation({ state, desk, t, open, write, insert }: Console): Action[] {
  const row = state.selected ? state.rows[state.selected] : undefined;
  if (!row) return [];
  const mine = row.status === "agent" && row.agent_id === state.session?.agent.id;
  const found: Action[] = [];
  if (row.status === "waiting") found.push({ key: "accept", label: t("accept_long"), icon: "check", run: () => void desk.accept(row.id).then(() => write("reply")) });
  if (row.status === "bot") found.push({ key: "take", label: t("take_long"), icon: "reply", run: () => void desk.take(row.id).then(() => write("reply")) });
  if (mine) {
    found.push({ key: "reply", label: t("key_reply"), icon: "reply", run: () => write("reply") });
    for (const [index, { title, text }] of (state.threads[row.id]?.suggestions ?? []).slice(0, 3).entries()) {
      found.push({ key: `suggestion-${index}`, label: t("insert_suggestion", { title }), icon: "sparkle", run: () => insert(text) });
    }
    found.push({ key: "resolve", label: t("key_resolve"), icon: "check", run: () => open("resolve") });
    found.push({ key: "transfer", label: t("transfer_title"), icon: "person", run: () => open("transfer") });
    found.push({ key: "return", label: t("return_long"), icon: "giveBack", run: () => void desk.giveBack(row.id) });
  }
  found.push({ key: "note", label: t("key_note"), icon: "note", run: () => write("note") });
  found.push({ key: "brief", label: t("show_brief"), icon: "info", run: () => open("brief") });
  return found;
}

function ofConsole({ state, desk, t, open, prefer, preferences }: Console): Action[] {
  const online = state.session?.agent.presence === "online";
  return [
    ...[...LISTS, "tickets" as const].map((list): Action => ({ key: `list-${list}`, label: t("go_to", { name: t(`list_${list}`) }), icon: "inbox", run: () => desk.pickList(list) })),
    { key: "presence", label: online ? t("go_away") : t("go_online"), icon: "person", run: () => desk.setPresence(online ? "away" : "online") },
    ...LANGUAGES.filter((language) => language !== preferences.language).map((language): Action => ({ key: `language-${language}`, label: LANGUAGE_NAMES[language], icon: "settings", run: () => prefer("language", language) })),
    { key: "sound", label: preferences.sound ? t("sound_off") : t("sound_on"), icon: "settings", run: () => prefer("sound", !preferences.sound) },
    { key: "settings", label: t("settings"), icon: "sliders", run: () => open("settings") },
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
  const { t, open } = console;
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
          </li>
        ))}
      </ul>
      <p class="menu-none" role="status">
        {found.length ? "" : t("menu_none")}
      </p>
    </Dialog>
  );
}
