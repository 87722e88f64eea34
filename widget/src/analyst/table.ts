/** The table that stands beside each chart, and the CSV file of it. */
export interface Cell {
  text: string;
  /** What the file holds, where it is not the text. */
  raw?: string | number | null;
  /** The address that lists what the number counts. */
  href?: string | undefined;
  title?: string | undefined;
  /** Words, which begin where the column does. */
  words?: boolean;
}

export interface Table {
  /** For the file's name: `outcomes`. */
  name: string;
  head: readonly string[];
  /** The first cell names the row. */
  rows: readonly (readonly Cell[])[];
  /** The last row sums up the others. */
  total?: boolean;
}

export const cell = (text: string, raw?: string | number | null, href?: string): Cell => ({ text, ...(raw === undefined ? {} : { raw }), href });

export const words = (text: string): Cell => ({ text, words: true });

/** One line a row, decimals with a point, quotes doubled. */
export function csv({ head, rows }: Pick<Table, "head" | "rows">): string {
  const lines = [head, ...rows.map((row) => row.map(({ text, raw }) => (raw === undefined ? text : (raw ?? ""))))];
  return lines.map((line) => line.map(written).join(",")).join("\r\n") + "\r\n";
}

/** A cell that a spreadsheet would run as a formula is put in words. */
function written(value: string | number): string {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lets the browser save some bytes under a name. */
export function save(name: string, ...content: [BlobPart[], string]): void {
  const address = URL.createObjectURL(new Blob(content[0], { type: content[1] }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  // Some browsers read the address after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The mark at the start tells spreadsheets that this is UTF-8. */
export const saveCsv = (name: string, table: Table): void => save(`${name}.csv`, ["\ufeff", csv(table)], "text/csv;charset=utf-8");
