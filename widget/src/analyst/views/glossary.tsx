/** How each figure is counted: the definitions of the server, in the reader's language; and all of it as files. */
import type { JSX } from "preact";
import { queryOf } from "../address.ts";
import { OUTCOMES } from "../report.ts";
import { named, useBoard } from "./board.ts";

const EXPORTS = ["conversations", "messages", "decisions"] as const;

export function Glossary(): JSX.Element {
  const { t, address, definitions } = useBoard();
  const query = queryOf(address);
  return (
    <section class="panel glossary">
      <details>
        <summary>
          <h2>{t("glossary")}</h2>
        </summary>
        <dl>
          {[...definitions.values()].map(({ name, title, text }) => (
            <Term key={name} name={title} means={text} />
          ))}
          {OUTCOMES.map((outcome) => (
            <Term key={outcome} name={named(t, "outcome", outcome)} means={named(t, "outcome_is", outcome)} />
          ))}
          <Term name={t("interval")} means={t("means_interval")} />
        </dl>
      </details>
      <details class="exports">
        <summary>
          <h2>{t("exports")}</h2>
        </summary>
        <p class="quiet">{t("exports_text")}</p>
        <ul>
          {EXPORTS.map((what) => (
            <li key={what}>
              <span>{t(`export_${what}`)}</span>
              {(["csv", "jsonl", "parquet"] as const).map((format) => (
                <a key={format} class="button" href={`/api/analytics/export/${what}?${query}&format=${format}`} download="">
                  {format.toUpperCase()}
                </a>
              ))}
            </li>
          ))}
        </ul>
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
