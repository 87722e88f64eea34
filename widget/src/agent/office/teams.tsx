/** Teams: a name, the topics that come to them, and hours of their own where they have any. */
import type { JSX } from "preact";
import type { Team } from "../configuration.ts";
import { useConsole } from "../views/context.ts";
import { Icon } from "../views/icons.tsx";
import { useWords } from "./context.tsx";
import { HoursEditor, usualHours } from "./hours.tsx";
import { useDraft } from "./saving.ts";
import { Chips, Form, PartFault, TextField, useTopicName } from "./settings.tsx";

export function TeamSettings(): JSX.Element {
  const { state, desk } = useConsole();
  const o = useWords();
  const configuration = state.configuration!;
  const draft = useDraft(desk, configuration, "teams", (teams) => teams, (teams) => teams);
  const teams = draft.value;
  const topics = [...new Set([...(configuration.topics ?? []), ...teams.flatMap((team) => team.topics)])].sort();
  return (
    <Form draft={draft} lead={o("teams_lead")}>
      {teams.length ? null : <p class="empty">{o("teams_none")}</p>}
      {teams.map((team, index) => (
        <TeamCard
          key={team.id ?? `new-${index}`}
          team={team}
          path={`teams.${index}`}
          topics={topics}
          onChange={(changed) => draft.change(teams.map((other, at) => (at === index ? changed : other)))}
          onRemove={() => draft.change(teams.filter((_, at) => at !== index))}
        />
      ))}
      <PartFault path="teams" />
      <button type="button" class="button" onClick={() => draft.change([...teams, { name: "", topics: [], hours: null }])}>
        <Icon name="plus" size={18} /> {o("team_add")}
      </button>
    </Form>
  );
}

interface TeamCardProps {
  team: Team;
  path: string;
  topics: readonly string[];
  onChange: (team: Team) => void;
  onRemove: () => void;
}

function TeamCard({ team, path, topics, onChange, onRemove }: TeamCardProps): JSX.Element {
  const { state } = useConsole();
  const o = useWords();
  const topicName = useTopicName();
  const members = (state.configuration?.people ?? []).filter((person) => team.id && person.teams.includes(team.id)).map((person) => person.name);
  return (
    <fieldset class="card-block">
      <legend>{team.name || o("team_new")}</legend>
      <div class="card-top">
        <TextField label={o("team_name")} path={`${path}.name`} value={team.name} maxLength={120} onChange={(name) => onChange({ ...team, name })} />
        <button type="button" class="icon-button" onClick={onRemove} aria-label={o("team_remove", { name: team.name || o("team_new") })} title={o("team_remove", { name: team.name })}>
          <Icon name="trash" size={18} />
        </button>
      </div>
      <PartFault path={path} />
      <Chips label={o("team_topics")} path={`${path}.topics`} choices={topics} chosen={team.topics} name={topicName} onChange={(chosen) => onChange({ ...team, topics: chosen })} />
      <p class="members">
        <strong>{o("team_members")}</strong> {members.length ? members.join(", ") : o("team_no_members")} <a href="#/settings/people">{o("team_change_members")}</a>
      </p>
      <label class="check">
        <input type="checkbox" checked={team.hours !== null} onChange={(event) => onChange({ ...team, hours: event.currentTarget.checked ? (state.configuration?.hours ?? usualHours()) : null })} /> <span>{o("team_own_hours")}</span>
      </label>
      {team.hours ? <HoursEditor hours={team.hours} path={`${path}.hours`} onChange={(hours) => onChange({ ...team, hours })} /> : null}
    </fieldset>
  );
}
