/** How a figure is counted, and the line that it is compared with. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { HttpFault, request } from "../../agent/http.ts";
import { reading, shown } from "../figures.ts";
import type { Definition as Defined, Overview } from "../report.ts";
import { useLaterBoard } from "./words.ts";

interface DefinitionProps {
  /** Null where the figure has no value of its own. */
  told: Overview | null;
  definition: Defined;
  onDone: () => void;
}

export function Definition({ told, definition, onDone }: DefinitionProps): JSX.Element {
  const { t, numbers } = useLaterBoard();
  const found = told ? reading(told, definition) : null;
  return (
    <>
      <h3>{definition.title}</h3>
      <p>{definition.text}</p>
      {found?.parts ? <p>{t("parts_line", { confirmed: found.parts.confirmed, assumed: found.parts.assumed })}</p> : null}
      {found && found.low !== null && found.high !== null ? <p class="quiet">{t("interval_line", { low: shown(numbers, definition, found.low), high: shown(numbers, definition, found.high) })}</p> : null}
      {told?.cost_avoided && definition.name === "cost_avoided" ? <p class="quiet">{t(`cost_${told.cost_avoided.basis}`, { minutes: numbers.decimal(told.cost_avoided.agent_minutes) })}</p> : null}
      {told && definition.kind !== "number" ? <BenchmarkForm told={told} definition={definition} onDone={onDone} /> : null}
    </>
  );
}

/** Shares are typed as percent, times as seconds. */
function BenchmarkForm({ told, definition: { name, kind }, onDone }: { told: Overview; definition: Defined; onDone: () => void }): JSX.Element {
  const { t, refresh } = useLaterBoard();
  const [fault, setFault] = useState<string | null>(null);
  const scale = kind === "rate" ? 100 : 1;
  const set = told.benchmarks[name];
  const keep = async (value: number | null): Promise<void> => {
    try {
      await request("PUT", "/api/analytics/benchmarks", { benchmarks: { [name]: value } });
      onDone();
      refresh();
    } catch (error) {
      setFault(error instanceof HttpFault ? t(`error_${error.code}`, { message: error.message }) : String(error));
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget as HTMLFormElement).get("benchmark")).trim();
    void keep(text === "" ? null : Number(text) / scale);
  };
  return (
    <form onSubmit={submit} noValidate class="benchmark-form">
      <label class="stacked">
        <span>{t(kind === "rate" ? "benchmark_percent" : kind === "duration" ? "benchmark_seconds" : "benchmark_number")}</span>
        <input class="field" name="benchmark" type="number" step="any" defaultValue={set === undefined ? "" : String(Math.round(set * scale * 100) / 100)} />
      </label>
      <button type="submit" class="button">
        {t("benchmark_set")}
      </button>
      {set === undefined ? null : (
        <button type="button" class="link" onClick={() => void keep(null)}>
          {t("benchmark_remove")}
        </button>
      )}
      {fault ? (
        <p class="fault" role="alert">
          {fault}
        </p>
      ) : null}
    </form>
  );
}
