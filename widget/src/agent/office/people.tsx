/** People: which languages they write, how much they take at a time, in which teams they are, and whether they may sign in. */
import type { JSX } from "preact";
import type { Person } from "../configuration.ts";
import { useConsole } from "../views/context.ts";
import { initials } from "../views/rail.tsx";
import { capital, languageName } from "../views/words.ts";
import { useWords } from "./context.tsx";
import { useDraft } from "./saving.ts";
import { Chips, Form, PartFault, useFault } from "./settings.tsx";

export function PeopleSettings(): JSX.Element {
  const { state, desk } = useConsole();
  const o = useWords();
  // Analysts take no conversations.
  const draft = useDraft(
    desk,
    state.configuration!,
    "people",
    (people) => people,
    (people) => people,
  );
  return (
    <Form draft={draft} lead={o("people_lead")}>
      <PartFault path="people" />
      {draft.value.map((person, index) => (
        <PersonCard key={person.id} person={person} path={`people.${index}`} onChange={(changed) => draft.change(draft.value.map((other, at) => (at === index ? changed : other)))} />
      ))}
    </Form>
  );
}

function PersonCard({ person, path, onChange }: { person: Person; path: string; onChange: (person: Person) => void }): JSX.Element {
  const { state, preferences } = useConsole();
  const o = useWords();
  const languages = state.session?.settings.languages ?? ["en", "es", "fr"];
  const teams = state.configuration?.teams ?? [];
  const off = useFault(`${path}.disabled`);
  const me = person.id === state.session?.agent.id;
  return (
    <fieldset class={`card-block person ${person.disabled ? "off" : ""}`}>
      <legend class="unseen">{person.name}</legend>
      <div class="person-top">
        <span class="avatar" aria-hidden="true">
          {initials(person.name)}
        </span>
        <p>
          <strong>{person.name}</strong>
          <span class="quiet">
            {person.email} · {o(`role_${person.role}`)}
          </span>
        </p>
        {me ? null : (
          <label class="check">
            <input type="checkbox" checked={!person.disabled} onChange={(event) => onChange({ ...person, disabled: !event.currentTarget.checked })} {...off.props} /> <span>{o("may_sign_in")}</span>
          </label>
        )}
      </div>
      {off.note}
      <PartFault path={path} />
      {person.role === "analyst" ? null : (
        <div class="person-skills">
          <Chips
            label={o("person_languages")}
            path={`${path}.languages`}
            choices={languages}
            chosen={person.languages}
            name={(language) => capital(languageName(language, preferences.language), preferences.language)}
            onChange={(chosen) => onChange({ ...person, languages: chosen })}
          />
          <Capacity value={person.capacity} path={`${path}.capacity`} onChange={(capacity) => onChange({ ...person, capacity })} />
          {teams.length ? (
            <Chips
              label={o("person_teams")}
              path={`${path}.teams`}
              choices={teams.flatMap((team) => team.id ?? [])}
              chosen={person.teams}
              name={(id) => teams.find((team) => team.id === id)?.name ?? id}
              onChange={(chosen) => onChange({ ...person, teams: chosen })}
            />
          ) : null}
        </div>
      )}
    </fieldset>
  );
}

function Capacity({ value, path, onChange }: { value: number; path: string; onChange: (capacity: number) => void }): JSX.Element {
  const o = useWords();
  const fault = useFault(path);
  return (
    <div class="capacity">
      <label class="stacked">
        <span>{o("capacity")}</span>
      <input class="field small" type="number" min={1} max={100} inputMode="numeric" value={Number.isNaN(value) ? "" : value} onInput={(event) => onChange(event.currentTarget.valueAsNumber)} {...fault.props} />
      </label>
      {fault.note}
    </div>
  );
}
