/** The lists with their counts, the agent's own presence, and the way to everything else. A bar at the bottom on a phone. */
import type { JSX } from "preact";
import { counts, LISTS, unreadOfMine } from "../lists.ts";
import type { Presence, View } from "../protocol.ts";
import { useConsole } from "./context.ts";
import { Icon, type IconName, Logo } from "./icons.tsx";
import { isSupervisor, shelved } from "./rows.ts";

const ICONS: Record<View, IconName> = { mine: "person", waiting: "clock", all: "inbox", bot: "bot", tickets: "mail" };
const VIEWS: readonly View[] = [...LISTS, "tickets"];

export function Rail(): JSX.Element {
  const { state, desk, t, open, route, to } = useConsole();
  const inbox = route.page === "inbox" || route.page === "ticket";
  const numbers: Record<View, number> = { ...counts(shelved(state)), tickets: state.tickets.filter((ticket) => ticket.status === "open").length };
  const urgent: Partial<Record<View, boolean>> = { waiting: numbers.waiting > 0, mine: unreadOfMine(shelved(state)) > 0 };
  return (
    <nav class="rail" aria-label={t("navigation")}>
      <p class="brand">
        <Logo /> <span>Parley</span>
      </p>
      <ul>
        {VIEWS.map((list) => (
          <li key={list}>
            <button type="button" class={`rail-item ${list}`} aria-current={inbox && state.list === list ? "true" : undefined} onClick={() => (inbox || to("#/"), desk.pickList(list))} title={t(`list_${list}`)}>
              <Icon name={ICONS[list]} />
              <span class="rail-label">{t(`list_${list}`)}</span>
              <span class={`count ${urgent[list] ? "urgent" : ""}`}>
                <span class="unseen">: </span>
                {numbers[list]}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div class="rail-end">
        {isSupervisor(state) ? <OfficeLinks /> : null}
        <button type="button" class="rail-item" onClick={() => open("menu")} title={t("menu")} aria-keyshortcuts="Control+K Meta+K">
          <Icon name="search" /> <span class="rail-label">{t("menu")}</span>
          <kbd>{modifier}K</kbd>
        </button>
        <button type="button" class="rail-item" onClick={() => open("settings")} title={t("settings")}>
          <Icon name="sliders" /> <span class="rail-label">{t("settings")}</span>
        </button>
        <PresenceSwitch />
      </div>
    </nav>
  );
}

/** What only supervisors and admins have. */
export function OfficeLinks(): JSX.Element {
  const { t, route } = useConsole();
  const current = (page: string): "page" | undefined => (route.page === page ? "page" : undefined);
  return (
    <>
      <a class="rail-item" href="#/supervision" title={t("supervision")} aria-current={current("supervision")}>
        <Icon name="eye" /> <span class="rail-label">{t("supervision")}</span>
      </a>
      <a class="rail-item" href="/dashboard" title={t("dashboard")}>
        <Icon name="chart" /> <span class="rail-label">{t("dashboard")}</span>
      </a>
      <a class="rail-item" href="#/settings/teams" title={t("shop_settings")} aria-current={current("settings")}>
        <Icon name="settings" /> <span class="rail-label">{t("shop_settings")}</span>
      </a>
    </>
  );
}

export const modifier = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl ";

/** One switch: on it, new conversations may come; off it, colleagues see "away". */
export function PresenceSwitch(): JSX.Element {
  const { state, desk, t } = useConsole();
  const agent = state.session?.agent;
  const presence: Presence = agent?.presence ?? "offline";
  const online = presence === "online";
  return (
    <button
      type="button"
      class={`presence ${presence}`}
      role="switch"
      aria-checked={online}
      aria-label={t("presence_switch", { name: agent?.name ?? "" })}
      title={t(`presence_${presence}`)}
      onClick={() => desk.setPresence(online ? "away" : "online")}
    >
      <span class="avatar me" aria-hidden="true">
        {initials(agent?.name ?? "")}
      </span>
      <span class="rail-label who">
        <span class="name">{agent?.name}</span>
        <span class="state">{t(`presence_${presence}`)}</span>
      </span>
      <span class="switch" aria-hidden="true" />
    </button>
  );
}

export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((part) => part.charAt(0))
    .slice(0, 2)
    .join("")
    .toUpperCase();
