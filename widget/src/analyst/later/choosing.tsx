/** Which values a filter lets through, with how many conversations each has. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { fold } from "../../agent/fold.ts";
import { Icon } from "../../agent/views/icons.tsx";
import type { Filter } from "../address.ts";
import type { Choices } from "../report.ts";
import { groupTitle } from "../views/board.ts";
import { useLaterBoard } from "./words.ts";

const SEARCHED_FROM = 9;

type OnSet = (name: Filter, values: readonly string[]) => void;

export function Chooser({ choices, only, onSet }: { choices: Choices | null; only: readonly Filter[]; onSet: OnSet }): JSX.Element {
  const { t, address } = useLaterBoard();
  const [name, setName] = useState<Filter | null>(null);
  if (name) {
    return (
      <>
        <button type="button" class="back" onClick={() => setName(null)}>
          <Icon name="back" size={16} /> {t(`by_${name}`)}
        </button>
        <Values choices={choices} name={name} onSet={onSet} />
      </>
    );
  }
  return (
    <ul>
      {only.map((filter) => (
        <li key={filter}>
          <button type="button" onClick={() => setName(filter)}>
            <span>{t(`by_${filter}`)}</span>
            <span class="quiet">{address.filters[filter]?.length || ""}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Values({ choices, name, onSet }: { choices: Choices | null; name: Filter; onSet: OnSet }): JSX.Element {
  const board = useLaterBoard();
  const { t, numbers, address } = board;
  const [query, setQuery] = useState("");
  const chosen = address.filters[name] ?? [];
  const offered = name === "weekday" ? range(7) : name === "hour" ? range(24) : (choices?.[name] ?? []);
  const kept = chosen.filter((key) => !offered.some((one) => one.key === key)).map((key) => ({ key, title: key, episodes: 0 }));
  const all = [...offered, ...kept].map((one) => ({ ...one, shown: groupTitle(board, name, one.key, one.title) }));
  const found = all.filter(({ shown }) => fold(shown).includes(fold(query)));
  const flip = (key: string): void => onSet(name, chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]);
  return (
    <>
      {all.length >= SEARCHED_FROM ? <input class="field" type="search" aria-label={t("filter_search")} placeholder={t("filter_search")} value={query} onInput={(event) => setQuery(event.currentTarget.value)} /> : null}
      <ul class="values">
        {found.map(({ key, shown, episodes }) => (
          <li key={key}>
            <label>
              <input type="checkbox" checked={chosen.includes(key)} onChange={() => flip(key)} /> <span>{shown}</span>
              <span class="quiet">{episodes === null ? "" : numbers.whole(episodes)}</span>
            </label>
          </li>
        ))}
      </ul>
      {found.length ? null : <p class="quiet none">{t("filter_none")}</p>}
    </>
  );
}

const range = (count: number): { key: string; title: string; episodes: number | null }[] => Array.from({ length: count }, (_, number) => ({ key: String(number), title: String(number), episodes: null }));
