/** Which conversations count: each filter a chip that can be taken away, the values offered with how many there are. */
import type { JSX } from "preact";
import { Icon } from "../../agent/views/icons.tsx";
import { FILTERS, type Filter } from "../address.ts";
import { useAnswer } from "../answers.ts";
import type { Choices } from "../report.ts";
import { apiPath, type Board, groupTitle, useBoard } from "./board.ts";
import { Later } from "./later.tsx";
import { Popover } from "./popover.tsx";

export function FilterBar({ only = FILTERS }: { only?: readonly Filter[] }): JSX.Element {
  const board = useBoard();
  const { t, address, go } = board;
  // Every value of the period is offered, whatever is filtered just now.
  const { answer } = useAnswer<Choices>(apiPath({ ...board, address: { ...address, filters: {} } }, "choices"));
  const set = (name: Filter, values: readonly string[]): void => {
    const { [name]: _, ...others } = address.filters;
    go({ filters: values.length ? { ...others, [name]: values } : others });
  };
  const chosen = FILTERS.filter((name) => address.filters[name]?.length);
  return (
    <div class="filters" role="group" aria-label={t("filters")}>
      <Popover label={t("filter_add")} icon="sliders" text={t("filter_add")} kind="choices">
        {() => <Later part="Chooser" choices={answer} only={only} onSet={set} />}
      </Popover>
      {chosen.map((name) => (
        <span class="chip" key={name}>
          <Popover label={t("filter_change", { name: t(`by_${name}`) })} text={<Chip board={board} choices={answer} name={name} values={address.filters[name] ?? []} />} kind="choices">
            {() => <Later part="Values" choices={answer} name={name} onSet={set} />}
          </Popover>
          <button type="button" class="chip-off" aria-label={t("filter_remove", { name: t(`by_${name}`) })} onClick={() => set(name, [])}>
            <Icon name="close" size={14} />
          </button>
        </span>
      ))}
      {chosen.length > 1 ? (
        <button type="button" class="link" onClick={() => go({ filters: {} })}>
          {t("filters_clear")}
        </button>
      ) : null}
    </div>
  );
}

function Chip({ board, choices, name, values }: { board: Board; choices: Choices | null; name: Filter; values: readonly string[] }): JSX.Element {
  const title = (key: string): string => groupTitle(board, name, key, choices?.[name]?.find((one) => one.key === key)?.title ?? key);
  const [first, ...more] = values.map(title);
  return (
    <span>
      {board.t(`by_${name}`)}: <strong>{first}</strong>
      {more.length ? ` +${more.length}` : ""}
    </span>
  );
}
