/** To whom a conversation goes: teams, and colleagues who are there, those who write the shopper's language and have room first. */
import type { ComponentChildren, JSX } from "preact";
import type { Team } from "../configuration.ts";
import type { Colleague, Row } from "../protocol.ts";
import { useConsole } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { initials } from "./rail.tsx";
import { isMine } from "./rows.ts";
import { languageName } from "./words.ts";

const hasRoom = (agent: Colleague): boolean => agent.open === undefined || agent.capacity === undefined || agent.open < agent.capacity;

/** Who may get a conversation, the best fit first. */
export function fitting(agents: readonly Colleague[], without: readonly string[], language: string): Colleague[] {
  const fit = (agent: Colleague): number => (agent.languages?.includes(language) ? 4 : 0) + (agent.presence === "online" ? 2 : 0) + (hasRoom(agent) ? 1 : 0);
  return agents
    .filter((agent) => !without.includes(agent.id) && !agent.disabled && agent.presence !== undefined && agent.presence !== "offline" && agent.role !== "analyst")
    .sort((a, b) => fit(b) - fit(a) || (a.open ?? 0) - (b.open ?? 0) || a.name.localeCompare(b.name));
}

export function Transfer({ row }: { row: Row }): JSX.Element {
  const { state, desk, t, open } = useConsole();
  const mine = isMine(state, row);
  const me = state.session?.agent.id ?? "";
  // Who gives away what is another's, or waits, reassigns it: also to themselves.
  const colleagues = fitting(state.agents, mine ? [me] : [row.agent_id ?? ""], row.language);
  const teams = mine ? (state.configuration?.teams ?? []) : [];
  const give = async (asked: Promise<boolean>): Promise<void> => {
    if (await asked) open(null);
  };
  return (
    <Dialog title={mine ? t("transfer_title") : t("assign_title")} closeLabel={t("close")} onClose={() => open(null)}>
      <div class="colleagues">
        {teams.length ? <h3>{t("teams")}</h3> : null}
        {teams.length ? (
          <ul>
            {teams.map((team, index) => (
              <li key={team.id}>
                <TeamChoice team={team} first={index === 0} onPick={() => void give(desk.act.transfer(row.id, { team_id: team.id ?? "" }, team.name))} />
              </li>
            ))}
          </ul>
        ) : null}
        {teams.length ? <h3>{t("colleagues")}</h3> : null}
        {colleagues.length ? (
          <ul>
            {colleagues.map((agent, index) => (
              <li key={agent.id}>
                <ColleagueChoice
                  agent={agent}
                  row={row}
                  first={!teams.length && index === 0}
                  onPick={() => void give(mine ? desk.act.transfer(row.id, { agent_id: agent.id }, agent.name) : desk.act.assign(row.id, agent.id, agent.name))}
                />
              </li>
            ))}
          </ul>
        ) : (
          <p class="empty">{t("transfer_none")}</p>
        )}
      </div>
    </Dialog>
  );
}

function Choice({ picture, name, first, children, onPick }: { picture: JSX.Element; name: string; first: boolean; children: ComponentChildren; onPick: () => void }): JSX.Element {
  const { state } = useConsole();
  return (
    <button type="button" class="colleague" autofocus={first} disabled={state.busy === "transfer" || state.busy === "assign" || state.connection !== "online"} onClick={onPick}>
      {picture}
      <span class="colleague-main">
        <strong>{name}</strong>
        <span class="quiet">{children}</span>
      </span>
    </button>
  );
}

function TeamChoice({ team, first, onPick }: { team: Team; first: boolean; onPick: () => void }): JSX.Element {
  const { state, t } = useConsole();
  const there = state.agents.filter((agent) => agent.presence === "online" && agent.teams?.includes(team.id ?? ""));
  return (
    <Choice
      picture={
        <span class="avatar">
          <Icon name="team" size={18} />
        </span>
      }
      name={team.name}
      first={first}
      onPick={onPick}
    >
      {there.length ? t("team_online", { count: there.length }) : t("team_nobody")}
    </Choice>
  );
}

function ColleagueChoice({ agent, row, first, onPick }: { agent: Colleague; row: Row; first: boolean; onPick: () => void }): JSX.Element {
  const { state, t, preferences } = useConsole();
  const speaks = agent.languages?.includes(row.language) ?? true;
  return (
    <Choice
      picture={
        <span class={agent.presence ?? "offline"}>
          <span class="avatar me" aria-hidden="true">
            {initials(agent.name)}
          </span>
        </span>
      }
      name={agent.id === state.session?.agent.id ? `${agent.name} (${t("you_inside")})` : agent.name}
      first={first}
      onPick={onPick}
    >
      {[
        t(`presence_${agent.presence ?? "offline"}`),
        agent.open === undefined || agent.capacity === undefined ? "" : hasRoom(agent) ? t("load", { open: agent.open, capacity: agent.capacity }) : t("load_full", { open: agent.open, capacity: agent.capacity }),
        (agent.languages ?? []).map((language) => language.toUpperCase()).join(" "),
        speaks ? "" : t("transfer_reads", { language: languageName(row.language, preferences.language) }),
      ]
        .filter(Boolean)
        .join(" · ")}
    </Choice>
  );
}
