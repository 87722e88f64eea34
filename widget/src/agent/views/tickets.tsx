/** Messages that were left when nobody was there: each with its number, and the conversation that it came from. */
import type { JSX } from "preact";
import { useConsole } from "./context.ts";
import { Tongue } from "./list.tsx";
import { named } from "./words.ts";

export function Tickets(): JSX.Element {
  const { state, t, format, go } = useConsole();
  return (
    <ul class="rows">
      {state.tickets.map((ticket) => (
        <li key={ticket.id}>
          <button type="button" class="row" aria-current={ticket.conversation_id === state.selected ? "true" : undefined} onClick={() => go(ticket.conversation_id)}>
            <Tongue language={ticket.language} />
            <span class="row-main">
              <span class="row-top">
                <span class="row-name">{ticket.number}</span>
                <time dateTime={ticket.at}>{format.day(ticket.at)}</time>
              </span>
              <span class="row-last">{ticket.email}</span>
              <span class="row-last" lang={ticket.language}>
                {ticket.text}
              </span>
              <span class={`tag ${ticket.status === "open" ? "warn" : ""}`}>{named(t, "ticket", ticket.status)}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
