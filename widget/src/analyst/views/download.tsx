/** The groups of a report as a CSV file. */
import type { JSX } from "preact";
import { csv, type Report } from "../report.ts";
import type { Sheet } from "./dashboard.tsx";

export function Download({ t, by, report }: Pick<Sheet, "t"> & { by: string; report: Report }): JSX.Element | null {
  if (!report.groups || !Object.keys(report.groups).length) return null;
  const save = (): void => {
    // The mark at the start tells spreadsheets that this is UTF-8.
    const address = URL.createObjectURL(new Blob(["\ufeff", csv(by, report.groups ?? {})], { type: "text/csv;charset=utf-8" }));
    const link = Object.assign(document.createElement("a"), { href: address, download: `parley-${by}-${report.period.from.slice(0, 10)}.csv` });
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <button type="button" class="button csv" onClick={save}>
      CSV <span class="unseen">{t("download", { name: by })}</span>
    </button>
  );
}
