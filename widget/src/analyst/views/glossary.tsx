/** How each figure is counted: the definitions of the server, in the reader's language. */
import type { JSX } from "preact";
import { DURATIONS, OUTCOMES, RATES } from "../report.ts";
import { named, type Sheet } from "./dashboard.tsx";

export function Glossary({ t }: Pick<Sheet, "t">): JSX.Element {
  return (
    <section class="panel glossary">
      <details>
        <summary>
          <h2>{t("glossary")}</h2>
        </summary>
        <dl>
          <Term name={t("episodes")} means={t("means_episodes")} />
          {OUTCOMES.map((outcome) => (
            <Term key={outcome} name={named(t, "outcome", outcome)} means={named(t, "outcome_is", outcome)} />
          ))}
          {RATES.map((rate) => (
            <Term key={rate} name={named(t, "rate", rate)} means={named(t, "means", rate)} />
          ))}
          <Term name={t("interval")} means={t("means_interval")} />
          {DURATIONS.map((duration) => (
            <Term key={duration} name={named(t, "duration", duration)} means={named(t, "means", duration)} />
          ))}
        </dl>
      </details>
    </section>
  );
}

const Term = ({ name, means }: { name: string; means: string }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{means}</dd>
  </div>
);
