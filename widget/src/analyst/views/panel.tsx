/** A part of the page: its finding as a headline, its chart, the table of it, and both as files. */
import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../../agent/views/icons.tsx";
import type { Asked } from "../answers.ts";
import { saveCsv, type Table } from "../table.ts";
import { useBoard } from "./board.ts";
import { Opens } from "./links.tsx";
import { Popover } from "./popover.tsx";

interface PanelProps {
  title: string;
  /** What the reader should see first, in a sentence. */
  finding?: string | undefined;
  table?: Table | undefined;
  /** The table is the panel itself, not folded away below a chart. */
  open?: boolean;
  /** The panel shows its table in a form of its own. */
  only?: "file";
  aside?: ComponentChildren;
  kind?: string;
  children?: ComponentChildren;
}

export function Panel({ title, finding, table, open = false, only, aside, kind = "", children }: PanelProps): JSX.Element {
  const { t, address } = useBoard();
  const section = useRef<HTMLElement>(null);
  const file = `parley-${table?.name ?? "figures"}-${address.from}-${address.to}`;
  return (
    <section class={`panel ${kind}`} ref={section}>
      <header>
        <div>
          <h2>{title}</h2>
          {finding ? <p class="finding">{finding}</p> : null}
        </div>
        <div class="tools">
          {aside}
          {table?.rows.length ? <Downloads title={title} file={file} table={table} chart={() => section.current?.querySelector<SVGSVGElement>("svg[data-chart]") ?? null} drawn={!open && !only} /> : null}
        </div>
      </header>
      {children}
      {table?.rows.length && !only ? (
        open ? (
          <TableView table={table} label={title} />
        ) : (
          <details class="table">
            <summary>{t("as_table")}</summary>
            <TableView table={table} label={title} />
          </details>
        )
      ) : null}
    </section>
  );
}

function Downloads({ title, file, table, chart, drawn }: { title: string; file: string; table: Table; chart: () => SVGSVGElement | null; drawn: boolean }): JSX.Element {
  const { t } = useBoard();
  const picture = async (kind: "savePng" | "saveSvg"): Promise<void> => {
    const found = chart();
    if (found) await (await import("../later/main.tsx"))[kind](file, found, title);
  };
  return (
    <Popover label={t("download_of", { name: title })} icon="down" kind="menu">
      {(close) => (
        <>
          <button type="button" onClick={() => (saveCsv(file, table), close())}>
            {t("download_csv")}
          </button>
          {drawn ? (
            <>
              <button type="button" onClick={() => (void picture("savePng"), close())}>
                {t("download_png")}
              </button>
              <button type="button" onClick={() => (void picture("saveSvg"), close())}>
                {t("download_svg")}
              </button>
            </>
          ) : null}
        </>
      )}
    </Popover>
  );
}

export function TableView({ table: { head, rows, total }, label }: { table: Table; label: string }): JSX.Element {
  const line = (row: Table["rows"][number], place: number): JSX.Element => (
    <tr key={place}>
      {row.map((cell, column) => {
        const inside = cell.href ? <Opens href={cell.href}>{cell.text}</Opens> : cell.text;
        return column === 0 ? (
          <th scope="row" key={column}>
            {inside}
          </th>
        ) : (
          <td class={cell.words ? "" : "number"} key={column} title={cell.title}>
            {inside}
          </td>
        );
      })}
    </tr>
  );
  const body = total ? rows.slice(0, -1) : rows;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {head.map((title, column) => (
              <th scope="col" key={column} class={column && !rows[0]?.[column]?.words ? "number" : ""}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{body.map(line)}</tbody>
        {total ? <tfoot>{rows.slice(-1).map(line)}</tfoot> : null}
      </table>
    </div>
  );
}

/** What stands where an answer is still missing: bones, a fault with a way out, or nothing to show. */
export function Waiting({ asked, tall = 3 }: { asked: Pick<Asked<unknown>, "fault" | "retry">; tall?: number }): JSX.Element {
  const { t } = useBoard();
  if (asked.fault) {
    return (
      <div class="empty small" role="alert">
        <Icon name="warn" size={24} />
        <p>{t(`error_${asked.fault.code}`, { message: asked.fault.message })}</p>
        <button type="button" class="button" onClick={asked.retry}>
          {t("try_again")}
        </button>
      </div>
    );
  }
  return (
    <div class="bones" role="status" aria-label={t("loading")}>
      {Array.from({ length: tall }, (_, index) => (
        <span class="bone" key={index} />
      ))}
    </div>
  );
}
