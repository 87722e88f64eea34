/** The history: days, groups, bubbles, and what can be done under an answer. */
import type { JSX } from "preact";
import { blocks, plain, safeHref } from "../shared/blocks.tsx";
import { daysBetween } from "../shared/format.ts";
import type { Outgoing } from "../shared/outbox.ts";
import type { Message } from "../shared/protocol.ts";
import { Icon } from "./icons.tsx";
import type { View } from "./view.ts";

/** Messages of one author within this belong together. */
const GROUP_MILLISECONDS = 5 * 60_000;
/** Longer messages are folded: characters, lines. */
const FOLD = { characters: 1_500, lines: 24 };

export function History(view: View): JSX.Element {
  const { state, later } = view;
  if (state.first > 0) view.needLater();
  return (
    <>
      {state.first > 0 && later && <later.Earlier {...view} />}
      <ol class="messages">
        {state.messages.map((message, index) => (
          <Line key={message.client_id ?? message.id} view={view} message={message} before={state.messages[index - 1]} after={state.messages[index + 1]} />
        ))}
        {state.outgoing.map((item) => (
          <Waiting key={item.client_id} view={view} item={item} />
        ))}
        {state.typing && <Typing {...view} />}
      </ol>
    </>
  );
}

const together = (one: Message | undefined, other: Message | undefined): boolean =>
  !!one && !!other && one.author === other.author && one.name === other.name && Date.parse(other.at) - Date.parse(one.at) < GROUP_MILLISECONDS;

function Line({ view, message, before, after }: { view: View; message: Message; before: Message | undefined; after: Message | undefined }): JSX.Element {
  const { format, state, t, session, later } = view;
  const { author, id, at } = message;
  const first = !together(before, message);
  const ends = !together(message, after) && !(author === "shopper" && !after && state.outgoing.length);
  const newDay = !before || daysBetween(new Date(before.at), new Date(at)) > 0;
  const name = author === "agent" ? (message.name ?? t("agent")) : t(author);
  const bot = author === "bot" && !after && state.status !== "waiting" && state.status !== "agent";
  const choices = bot && !state.picked[id] && message.choices?.length ? message.choices : null;
  const answer = message.decision === "answer";
  const given = state.feedback[id];
  if (answer) view.needLater();
  return (
    <>
      {newDay && <li class="day">{format.day(at)}</li>}
      <li class={`line ${author}${first ? " first" : ""}`} data-seq={message.seq} data-initial={author === "agent" ? name.slice(0, 1) : ""}>
        <span class={author === "agent" && first ? "name" : "unseen"}>
          {name}
          <span class="unseen">: </span>
        </span>
        <Bubble view={view} message={message} />
        {author === "shopper" && message.hidden && <span class="under">{t("card_hidden")}</span>}
        {choices && (
          <div class="choices" role="group" aria-label={t("choices")}>
            {choices.map(({ entry, title }) => (
              <button class="choice" lang={message.language} onClick={() => void session.pick(message, entry)}>
                {title}
              </button>
            ))}
            <button class="choice quiet" onClick={() => void session.pick(message, "none")}>
              {t("none")}
            </button>
          </div>
        )}
        {bot && message.decision === "handoff" && (
          <button class="button primary" onClick={() => void session.attempt("handoff_request", {})}>
            <Icon name="person" />
            {t("person")}
          </button>
        )}
        {author !== "system" && !choices && (ends || answer) && (
          <div class="under">
            <time dateTime={at} title={format.moment(at)}>
              {format.time(at)}
            </time>
            {author === "shopper" && !after && ` · ${t("sent")}`}
            {answer && later && <later.Thumbs view={view} message={message} />}
          </div>
        )}
        {given?.asking && later && <later.Missing view={view} message={message} />}
      </li>
    </>
  );
}

function Bubble({ view, message }: { view: View; message: Message }): JSX.Element {
  const { state, session, host, t } = view;
  const { id, text, language } = message;
  const options = { server: host.server, language };
  const long = (text.length > FOLD.characters || text.split("\n", FOLD.lines + 1).length > FOLD.lines) && !state.unfolded[id];
  const source = message.source;
  const href = source ? (safeHref(source.url, options) ?? "") : "";
  return (
    <div class="bubble" lang={language}>
      <div class={`text${long ? " folded" : ""}`}>{message.blocks?.length ? blocks(message.blocks, options) : plain(text, options)}</div>
      {long && (
        <button class="link" onClick={() => session.mark("unfolded", id, true)}>
          {t("show_all")}
        </button>
      )}
      {source && (
        <p class="source">
          <Icon name="book" />
          <span>
            <span lang={view.language}>{t("source")}</span>{" "}
            <a href={href} target="_blank" rel="noopener noreferrer nofollow">
              {source.title}
            </a>
          </span>
        </p>
      )}
    </div>
  );
}

/** Written, and not acknowledged. */
function Waiting({ view, item }: { view: View; item: Outgoing }): JSX.Element {
  const { session, state, t, host } = view;
  return (
    <li class="line shopper first waiting">
      <span class="unseen">{t("shopper")}: </span>
      <div class="bubble">
        <div class="text">{plain(item.text, { server: host.server, language: view.language })}</div>
      </div>
      {item.failed ? (
        <span class="under failed">
          <Icon name="alert" /> {item.reason ?? t("not_sent")}
          {!item.refused && (
            <button class="link" onClick={() => session.retry(item.client_id)}>
              {t("retry")}
            </button>
          )}
          <button class="link" onClick={() => session.drop(item.client_id)}>
            {t("remove")}
          </button>
        </span>
      ) : (
        <span class="under">{item === state.outgoing.at(-1) && t("sending")}</span>
      )}
    </li>
  );
}

function Typing({ state, t }: View): JSX.Element {
  const { author, name } = state.typing ?? { author: "bot" };
  const words = author === "bot" ? t("bot_types") : t("agent_types", { name: name ?? state.agent ?? t("agent") });
  return (
    <li class={`line first typing ${author}`} data-initial={author === "agent" ? (name ?? state.agent ?? "").slice(0, 1) : ""}>
      <div class="bubble">
        <span class="unseen">{words}</span>
        <span class="dots" aria-hidden="true">
          <span />
          <span />
          <span />
        </span>
      </div>
    </li>
  );
}
