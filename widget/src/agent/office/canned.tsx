/** Canned replies: a shortcut, and under it the text in each language that the shop speaks. */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { fold } from "../fold.ts";
import { useConsole } from "../views/context.ts";
import { Icon } from "../views/icons.tsx";
import { capital, languageName } from "../views/words.ts";
import { flat, type Group, grouped, positions } from "./groups.ts";
import { useWords } from "./context.tsx";
import { useDraft } from "./saving.ts";
import { Form, PartFault, TextField, useFault } from "./settings.tsx";

const VARIABLES = ["agent", "order", "ticket", "page", "topic"] as const;

export function CannedSettings(): JSX.Element {
  const { state, desk } = useConsole();
  const o = useWords();
  const languages = state.session?.settings.languages ?? ["en", "es", "fr"];
  const draft = useDraft(desk, state.configuration!, "canned_replies", grouped, (groups) => flat(groups, languages));
  const [wanted, setWanted] = useState("");
  const groups = draft.value;
  const at = positions(groups, languages);
  const matches = ({ shortcut, texts }: Group): boolean => !shortcut || fold([shortcut, ...Object.values(texts).map(({ text }) => text)].join(" ")).includes(fold(wanted));
  return (
    <Form draft={draft} lead={o("canned_lead")}>
      {groups.length > 5 ? <input class="field" type="search" placeholder={o("canned_filter")} aria-label={o("canned_filter")} value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} /> : null}
      <PartFault path="canned_replies" />
      {groups.length ? null : <p class="empty">{o("canned_none")}</p>}
      {groups.map((group, index) =>
        matches(group) || draft.saving.phase === "faulty" ? (
          <GroupCard
            key={index}
            group={group}
            languages={languages}
            at={at[index] ?? new Map()}
            onChange={(changed) => draft.change(groups.map((other, place) => (place === index ? changed : other)))}
            onRemove={() => draft.change(groups.filter((_, place) => place !== index))}
          />
        ) : null,
      )}
      <button type="button" class="button" onClick={() => draft.change([...groups, { shortcut: "", texts: {} }])}>
        <Icon name="plus" size={18} /> {o("canned_add")}
      </button>
    </Form>
  );
}

interface GroupCardProps {
  group: Group;
  languages: readonly string[];
  at: ReadonlyMap<string, number>;
  onChange: (group: Group) => void;
  onRemove: () => void;
}

function GroupCard({ group, languages, at, onChange, onRemove }: GroupCardProps): JSX.Element {
  const o = useWords();
  const first = at.values().next().value ?? 0;
  return (
    <fieldset class="card-block">
      <legend class="unseen">{group.shortcut ? `/${group.shortcut}` : o("canned_new")}</legend>
      <div class="card-top shortcut-top">
        <TextField label={o("canned_shortcut")} path={`canned_replies.${first}.shortcut`} value={group.shortcut} maxLength={40} onChange={(shortcut) => onChange({ ...group, shortcut: shortcut.replace(/^\//, "") })} />
        <button type="button" class="icon-button" onClick={onRemove} aria-label={o("canned_remove", { name: group.shortcut })} title={o("canned_remove", { name: group.shortcut })}>
          <Icon name="trash" size={18} />
        </button>
      </div>
      {languages.map((language) => (
        <Text
          key={language}
          language={language}
          path={`canned_replies.${at.get(language) ?? "none"}`}
          text={group.texts[language]?.text ?? ""}
          onChange={(text) => onChange({ ...group, texts: { ...group.texts, [language]: { ...group.texts[language], text } } })}
        />
      ))}
    </fieldset>
  );
}

function Text({ language, path, text, onChange }: { language: string; path: string; text: string; onChange: (text: string) => void }): JSX.Element {
  const { preferences } = useConsole();
  const o = useWords();
  const fault = useFault(`${path}.text`);
  const area = useRef<HTMLTextAreaElement>(null);
  const put = (name: string): void => {
    const field = area.current;
    if (!field) return;
    field.focus();
    field.setRangeText(`{${name}}`, field.selectionStart, field.selectionEnd, "end");
    onChange(field.value);
  };
  const name = capital(languageName(language, preferences.language), preferences.language);
  return (
    <div class="canned-text">
      <label class="stacked">
        <span>{name}</span>
        <textarea ref={area} class="field" rows={Math.min(8, Math.max(2, text.split("\n").length))} lang={language} value={text} maxLength={4000} onInput={(event) => onChange(event.currentTarget.value)} {...fault.props} />
      </label>
      {fault.note}
      <PartFault path={path} />
      <span class="variables" role="group" aria-label={o("variables", { language: name })}>
        {VARIABLES.map((variable) => (
          <button type="button" key={variable} class="variable" title={o(`variable_${variable}`)} onClick={() => put(variable)}>
            {`{${variable}}`}
          </button>
        ))}
      </span>
    </div>
  );
}
