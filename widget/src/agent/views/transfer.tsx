/** To whom a conversation goes: colleagues who are there, those who write the shopper's language first. */
import type { JSX } from "preact";
import type { Colleague, Row } from "../protocol.ts";
import { useConsole } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { initials } from "./rail.tsx";
import { languageName } from "./words.ts";

/** Who may get a conversation, the best fit first. */
export function fitting(agents: readonly Colleague[], me: string, language: string): Colleague[] {
  const fit = (agent: Colleague): number => (agent.languages?.includes(language) ? 2 : 0) + (agent.presence === "online" ? 1 : 0);
  return agents
    .filter((agent) => agent.id !== me && !agent.disabled && agent.presence !== undefined && agent.presence !== "offline" && agent.role !== "analyst")
    .sort((a, b) => fit(b) - fit(a) || a.name.localeCompare(b.name));
}

export function Transfer({ row }: { row: Row }): JSX.Element {
  const { state, desk, t, open, preferences } = useConsole();
  const colleagues = fitting(state.agents, state.session?.agent.id ?? "", row.language);
  const give = async (to: Colleague): Promise<void> => {
    if (await desk.transfer(row.id, to)) open(null);
  };
  return (
    <Dialog title={t("transfer_title")} closeLabel={t("close")} onClose={() => open(null)}>
      {colleagues.length ? (
        <ul class="colleagues">
          {colleagues.map((agent) => (
            <li key={agent.id}>
              <button type="button" class="colleague" disabled={state.busy === "transfer" || state.connection !== "online"} onClick={() => void give(agent)}>
                <span class={agent.presence}>
                  <span class="avatar me" aria-hidden="true">
                    {initials(agent.name)}
                  </span>
                </span>
                <span>
                  <strong>{agent.name}</strong>
                  <span class="quiet">
                    {t(`presence_${agent.presence ?? "offline"}`)}
                    {agent.languages && !agent.languages.includes(row.language) ? ` · ${t("transfer_reads", { language: languageName(row.language, preferences.language) })}` : ""}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p class="empty">{t("transfer_none")}</p>
      )}
    </Dialog>
  );
}
