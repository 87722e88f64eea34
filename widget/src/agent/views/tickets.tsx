/** Messages that were left when nobody was there: each with its number, by where it stands. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { TicketStatus } from "../protocol.ts";
import { useConsole } from "./context.ts";
import { Tongue } from "./list.tsx";
import { named } from "./words.ts";

const STATUSES: readonly TicketStatus[] = ["open", "answered", "closed"];

export function Tickets(): JSX.Element {
  const { state, t, format, route } = useConsole();
  const [status, setStatus] = useState<TicketStatus>("open");
  const shown = state.tickets.filter((ticket) => ticket.status === status);
  return (
    <>
      <div class="languages ticket-filter" role="group" aria-label={t("ticket_filter")}>
        {STATUSES.map((name) => (
          <button type="button" key={name} aria-pressed={status === name} onClick={() => setStatus(name)}>
            {t(`ticket_${name}`)} <span class="count">{state.tickets.filter((ticket) => ticket.status === name).length}</span>
          </button>
        ))}
      </div>
      {shown.length ? (
        <ul class="rows">
          {shown.map((ticket) => (
            <li key={ticket.id}>
              <a class="row" href={`#/tickets/${ticket.id}`} aria-current={route.page === "ticket" && route.id === ticket.id ? "true" : undefined}>
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
                  {ticket.topic ? <span class="tag">{named(t, "topic", ticket.topic)}</span> : null}
                </span>
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <p class="empty">{t(`tickets_none_${status}`)}</p>
      )}
    </>
  );
}
