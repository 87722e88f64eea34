/** One line of a conversation: a message, a note, what is on its way, a new day. */
import type { ComponentChildren, JSX } from "preact";
import { type BlockOptions, blocks, plain } from "../../shared/blocks.tsx";
import type { Outgoing } from "../../shared/outbox.ts";
import type { Message } from "../../shared/protocol.ts";
import type { DecisionRecord, Note } from "../protocol.ts";
import type { Item } from "../thread.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";
import { named, percent, readable } from "./words.ts";

const options = (language: string): BlockOptions => ({ server: `${location.origin}/`, language });

export function Line({ item, decisions }: { item: Item; decisions: readonly DecisionRecord[] }): JSX.Element {
  const { format } = useConsole();
  switch (item.kind) {
    case "day":
      return (
        <li class="day">
          <time dateTime={item.at}>{format.day(item.at)}</time>
        </li>
      );
    case "note":
      return <NoteLine note={item.note} />;
    case "outgoing":
      return <OutgoingLine outgoing={item.outgoing} follows={item.follows} />;
    case "message":
      return <MessageLine message={item.message} follows={item.follows} decision={decisions.find((decision) => decision.reply_id === item.message.id)} />;
  }
}

interface MessageProps {
  message: Message;
  follows: boolean;
  decision: DecisionRecord | undefined;
}

function MessageLine({ message, follows, decision }: MessageProps): JSX.Element {
  const { state, t, format } = useConsole();
  if (message.author === "system") {
    return (
      <li class="system" lang={message.language}>
        <Icon name="info" size={15} /> <span>{message.text}</span>
        <time dateTime={message.at}>{format.time(message.at)}</time>
      </li>
    );
  }
  const mine = message.author === "agent" && message.name === state.session?.agent.name;
  const name = mine ? t("you") : message.author === "agent" && message.name ? message.name : t(`author_${message.author}`);
  return (
    <li class={`message ${message.author} ${mine ? "mine" : ""} ${follows ? "follows" : ""}`}>
      <p class="who">
        <span class="name">{name}</span> <time dateTime={message.at} title={format.moment(message.at)}>{format.time(message.at)}</time>
      </p>
      <div class="bubble" lang={message.language}>
        {message.blocks?.length ? blocks(message.blocks, options(message.language)) : <p class="typed">{plain(message.text, options(message.language))}</p>}
        {message.choices?.length ? (
          <ul class="choices" aria-label={t("choices_offered")}>
            {message.choices.map((choice) => (
              <li key={choice.entry}>{choice.title}</li>
            ))}
          </ul>
        ) : null}
      </div>
      <Under message={message} decision={decision} />
    </li>
  );
}

/** Where a bot's answer came from, and how sure it was. */
function Under({ message, decision }: { message: Message; decision: DecisionRecord | undefined }): JSX.Element | null {
  const { t, preferences } = useConsole();
  if (message.author !== "bot" || (!message.source && !decision)) return null;
  const sure = decision && decision.action === "answer" && decision.confidence !== null ? percent(decision.confidence, preferences.language) : null;
  return (
    <p class="under">
      {message.source ? (
        <a href={message.source.url} target="_blank" rel="noopener noreferrer" lang={message.language}>
          {message.source.title}
        </a>
      ) : decision ? (
        <span>{named(t, "action", decision.action)}</span>
      ) : null}
      {sure ? <span class="sure">{t("sure", { share: sure })}</span> : null}
    </p>
  );
}

function NoteLine({ note }: { note: Note }): JSX.Element {
  const { t, format } = useConsole();
  return (
    <li class="note-line">
      <p class="who">
        <Icon name="note" size={15} /> <span class="name">{t("note_by", { name: note.name })}</span>{" "}
        <time dateTime={note.at} title={format.moment(note.at)}>
          {format.time(note.at)}
        </time>
      </p>
      <p class="typed">{plain(note.text, options("en"))}</p>
    </li>
  );
}

function OutgoingLine({ outgoing, follows }: { outgoing: Outgoing; follows: boolean }): JSX.Element {
  const { t, format } = useConsole();
  return (
    <li class={`message agent mine outgoing ${outgoing.failed ? "failed" : ""} ${follows ? "follows" : ""}`}>
      <p class="who">
        <span class="name">{t("you")}</span> <time dateTime={outgoing.at}>{format.time(outgoing.at)}</time>
      </p>
      <div class="bubble">
        <p class="typed">{outgoing.text}</p>
      </div>
      <Delivery outgoing={outgoing} />
    </li>
  );
}

function Delivery({ outgoing }: { outgoing: Outgoing }): JSX.Element {
  const { desk, t, state } = useConsole();
  if (!outgoing.refused && state.connection !== "online") return <p class="under">{t("will_send")}</p>;
  if (!outgoing.failed) return <p class="under">{t("sending")}</p>;
  if (state.doubted[outgoing.client_id]) return <p class="under">{t("not_sent_yet")}</p>; // the composer asks about it
  const button = (label: string, act: () => void): ComponentChildren => (
    <button type="button" class="link" onClick={act}>
      {label}
    </button>
  );
  return (
    <p class="under bad">
      <Icon name="warn" size={15} /> <span>{outgoing.refused ? t("refused", { why: readableCode(t, outgoing.refused) }) : t("not_sent")}</span>
      {outgoing.refused ? null : button(t("retry"), () => desk.resend(outgoing.client_id))}
      {button(t("discard"), () => desk.discard(outgoing.client_id))}
    </p>
  );
}

const readableCode = (t: ReturnType<typeof useConsole>["t"], code: string): string => {
  const key = `error_${code}` as "error_bad_input";
  const text = t(key, { message: "" }).trim();
  return text === key ? readable(code) : text;
};
