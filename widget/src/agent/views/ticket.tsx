/** One ticket: what was asked, what was answered, and the answer that is being written. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { shelf } from "../../shared/storage.ts";
import { shortName } from "../lists.ts";
import type { Ticket as Given, TicketReply } from "../protocol.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";
import { Skeleton, Tongue } from "./list.tsx";
import { modifier } from "./rail.tsx";
import { languageName, named } from "./words.ts";

const drafts = shelf("sessionStorage");

export function Ticket({ id }: { id: string }): JSX.Element {
  const { state, desk, t, to } = useConsole();
  const ticket = state.tickets.find((candidate) => candidate.id === id);
  const phase = state.lists.tickets;
  return (
    <section class="conversation ticket" aria-label={t("ticket")}>
      {ticket ? (
        <>
          <Head ticket={ticket} />
          <Letters ticket={ticket} />
          <Answer key={ticket.id} ticket={ticket} />
        </>
      ) : (
        <>
          <header class="head">
            <button type="button" class="icon-button back" onClick={() => to("#/")} aria-label={t("back_to_list")}>
              <Icon name="back" />
            </button>
          </header>
          {phase === "loading" ? (
            <Skeleton />
          ) : (
            <div class="empty" role="alert">
              <Icon name="warn" size={28} />
              <p>{phase === "failed" ? t("list_failed") : t("ticket_missing")}</p>
              <button type="button" class="button" onClick={() => desk.pickList("tickets")}>
                {t("try_again")}
              </button>
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Head({ ticket }: { ticket: Given }): JSX.Element {
  const { state, desk, t, to } = useConsole();
  const off = state.connection !== "online" || state.busy !== null;
  const closed = ticket.status === "closed";
  return (
    <header class="head">
      <button type="button" class="icon-button back" onClick={() => to("#/")} aria-label={t("back_to_list")}>
        <Icon name="back" />
      </button>
      <Tongue language={ticket.language} />
      <div class="head-who">
        <h2>{ticket.number}</h2>
        <p class="head-status">
          {named(t, "ticket", ticket.status)} · {ticket.email}
        </p>
      </div>
      <div class="actions">
        <button type="button" class={`button ${closed ? "" : "primary"}`} disabled={off} onClick={() => void desk.act.setTicket(ticket.id, closed ? "reopen" : "close")}>
          <Icon name={closed ? "giveBack" : "check"} size={18} /> <span class="label">{closed ? t("ticket_reopen") : t("ticket_close")}</span>
        </button>
      </div>
    </header>
  );
}

function Letters({ ticket }: { ticket: Given }): JSX.Element {
  const { t, format } = useConsole();
  return (
    <div class="messages letters" role="log" aria-live="off" aria-label={t("messages")} tabIndex={0}>
      <ol>
        <li class="letter">
          <p class="who">
            <span class="name">{ticket.email}</span> <time dateTime={ticket.at}>{format.moment(ticket.at)}</time>
          </p>
          <p class="typed" lang={ticket.language}>
            {ticket.text}
          </p>
          <p class="under">
            <a href={`#/${ticket.conversation_id}`}>{t("ticket_conversation", { name: shortName(ticket.conversation_id) })}</a>
          </p>
        </li>
        {(ticket.replies ?? []).map((reply) => (
          <Letter key={reply.at} reply={reply} language={ticket.language} />
        ))}
      </ol>
    </div>
  );
}

const Letter = ({ reply, language }: { reply: TicketReply; language: string }): JSX.Element => {
  const { t, format } = useConsole();
  return (
    <li class="letter ours">
      <p class="who">
        <span class="name">{reply.name}</span> <time dateTime={reply.at}>{format.moment(reply.at)}</time>
      </p>
      <p class="typed" lang={language}>
        {reply.text}
      </p>
      <p class={`under ${reply.mail === "failed" ? "bad" : ""}`}>
        <Icon name={reply.mail === "failed" ? "warn" : "mail"} size={15} /> {t(`mail_${reply.mail}`)}
      </p>
    </li>
  );
};

function Answer({ ticket }: { ticket: Given }): JSX.Element {
  const { state, desk, t, preferences } = useConsole();
  const key = `parley.draft.ticket.${ticket.id}`;
  const [text, setText] = useState(() => drafts.get(key) ?? "");
  const change = (value: string): void => {
    setText(value);
    drafts.set(key, value || null);
  };
  if (state.session?.settings.mail === false) {
    return (
      <div class="composer locked">
        <p>{t("ticket_no_mail", { email: ticket.email })}</p>
        <a class="button" href={`mailto:${ticket.email}?subject=${encodeURIComponent(ticket.number)}`}>
          {t("ticket_mail_yourself")}
        </a>
      </div>
    );
  }
  if (ticket.status === "closed") {
    return (
      <div class="composer locked">
        <p>{t("ticket_is_closed")}</p>
      </div>
    );
  }
  const off = state.connection !== "online" || state.busy !== null;
  const send = async (): Promise<void> => {
    if (text.trim() && !off && (await desk.act.replyToTicket(ticket.id, text.trim()))) change("");
  };
  return (
    <form class="composer" onSubmit={(event) => (event.preventDefault(), void send())}>
      <textarea
        id="composer-field"
        rows={4}
        value={text}
        lang={ticket.language}
        aria-label={t("ticket_reply_label", { email: ticket.email })}
        placeholder={t("reply_placeholder", { language: languageName(ticket.language, preferences.language) })}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void send();
        }}
      />
      <div class="composer-foot">
        <span>{ticket.reply_to ? t("ticket_reply_to", { email: ticket.reply_to }) : t("send_hint", { keys: `${modifier}Enter`, canned: "/" })}</span>
        <button type="submit" class="button primary" disabled={!text.trim() || off}>
          {t("ticket_send")}
        </button>
      </div>
    </form>
  );
}
