/** What is needed after the first answer, if at all: rating, comment, ticket, menu, transcript, sound. */
import type { ComponentChildren, JSX } from "preact";
import type { Message } from "../shared/protocol.ts";
import { Icon, IconButton } from "./icons.tsx";
import fields from "../shared/fields.css";
import css from "./later.css";
import { saveTranscript } from "./transcript.ts";
import type { Key, View } from "./view.ts";

export { css, fields };

const CSAT = [1, 2, 3, 4, 5] as const;
const NPS = Array.from({ length: 11 }, (_, score) => score);
/** Mouths from very sad to very happy. */
const MOUTHS = ["M8 17c1-2.6 7-2.6 8 0", "M8.5 16.5c1-1.5 6-1.5 7 0", "M8.5 15.5h7", "M8.5 15c1 1.5 6 1.5 7 0", "M8 14.5c1 3.200 7 3.200 8 0z"];

/** Called when the element appears, and only then: its identity never changes. */
const focus = (element: HTMLElement | null): void => element?.focus();

const field = (form: HTMLFormElement, name: string): string => ((form.elements.namedItem(name) as HTMLInputElement | null)?.value ?? "").trim();

/** Waiting for a person: the place in the queue; or that nobody can come, or came, and what to do then. */
export function Queue(view: View): JSX.Element {
  const { state, session, t, format } = view;
  const { handoff, status } = state;
  const waiting = status === "waiting";
  const away = handoff?.away;
  const place = handoff?.position ?? 0;
  const cancel = (look: string): JSX.Element => (
    <button class={look} onClick={() => void session.attempt("handoff_cancel", {})}>
      {t("queue_cancel")}
    </button>
  );
  if (waiting && !away) {
    return (
      <div class="queue">
        <span class="place" aria-hidden="true">
          {place || "…"}
        </span>
        <p role="status">
          <strong>{place > 1 ? t("queue_place", { place }) : place ? t("queue_next") : t("queue_looking")}</strong>
          {handoff?.wait_seconds ? <span>{t("queue_wait", { minutes: format.minutes(handoff.wait_seconds) })}</span> : null}
        </p>
        {/* Not before it is known who is there: another card would slip under the pointer. */}
        {place ? cancel("link") : null}
      </div>
    );
  }
  return (
    <div class="queue nobody">
      <p role="status">
        <strong>{t(waiting ? "away_title" : "ticket_title")}</strong>
        {away?.back_at && <span>{t("back", { day: format.coming(away.back_at), time: format.time(away.back_at) })}</span>}
        {!waiting && <span>{t("ticket_text")}</span>}
      </p>
      <button class="button primary" onClick={() => session.set({ sheet: "ticket" })}>
        {t("write_us")}
      </button>
      {waiting ? (
        cancel("button")
      ) : (
        <button class="button" onClick={() => void session.attempt("handoff_request", {})}>
          {t("ticket_again")}
        </button>
      )}
    </div>
  );
}

/** Back down, for a reader who scrolled up; shown and hidden with the scrolling. */
export const Latest = ({ t }: View): JSX.Element => <IconButton name="down" label={t("latest")} class="latest" hidden onClick={toLatest} />;

function toLatest({ currentTarget }: { currentTarget: HTMLElement }): void {
  const scroll = currentTarget.previousElementSibling as HTMLElement;
  scroll.scrollTo({ top: scroll.scrollHeight, behavior: "smooth" });
}

export const Earlier = ({ session, t }: View): JSX.Element => (
  <button class="link day" onClick={() => void session.earlier()}>
    {t("earlier")}
  </button>
);

/** What the shopper thinks of an answer. */
export function Thumbs({ view: { state, session, t }, message }: { view: View; message: Message }): JSX.Element {
  const given = state.feedback[message.id];
  const thumb = (helpful: boolean, label: Key): JSX.Element => (
    <IconButton name="up" flip={!helpful} label={t(label)} class="thumb" aria-pressed={given?.helpful === helpful} onClick={() => session.thumb(message, helpful)} />
  );
  return (
    <>
      <span class="thumbs" role="group" aria-label={`${t("helpful")} / ${t("unhelpful")}`}>
        {thumb(true, "helpful")}
        {thumb(false, "unhelpful")}
      </span>
      {given && !given.asking && t("thanks")}
    </>
  );
}

export function Missing({ view, message }: { view: View; message: Message }): JSX.Element {
  const { session, t } = view;
  const done = (comment: string): void => {
    session.mark("feedback", message.id, { helpful: false, asking: false });
    if (comment) void session.attempt("feedback_give", { message_id: message.id, helpful: false, comment });
  };
  return (
    <form
      class="missing"
      onSubmit={(event) => {
        event.preventDefault();
        done(field(event.currentTarget, "comment"));
      }}
    >
      <label>
        {t("missing")}
        <textarea class="field" name="comment" rows={2} maxLength={1000} ref={focus} />
      </label>
      <div class="row">
        <button type="submit" class="button primary">
          {t("send")}
        </button>
        <button type="button" class="button" onClick={() => done("")}>
          {t("skip")}
        </button>
      </div>
    </form>
  );
}

export function Rating(view: View): JSX.Element {
  const { state, session, host, t } = view;
  const { rating } = state;
  /** On to the next question, once the server has the answer to this one. */
  const go = async (step: "comment" | "nps" | "done", given: { csat?: number; nps?: number; comment?: string }): Promise<void> => {
    if (Object.keys(given).length) {
      if (!(await session.attempt("rating_submit", given))) return;
      host.tell("rating", given);
    }
    session.set({ rating: step });
  };
  const skip = (step: "nps" | "done"): JSX.Element => (
    <button type="button" class="button" onClick={() => go(step, {})}>
      {t("skip")}
    </button>
  );
  return (
    <section class="card rating" aria-labelledby="rating">
      {rating === "csat" && (
        <fieldset>
          <legend id="rating">{t("rating_title")}</legend>
          <div class="faces">
            {CSAT.map((csat) => (
              <button class="face" onClick={() => go("comment", { csat })}>
                <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
                  <path d={`M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20zM9 9.5v.6M15 9.5v.6${MOUTHS[csat - 1]}`} />
                </svg>
                {t(`rating_${csat}`)}
              </button>
            ))}
          </div>
        </fieldset>
      )}
      {rating === "comment" && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const comment = field(event.currentTarget, "comment");
            go("nps", comment ? { comment } : {});
          }}
        >
          <label id="rating">
            {t("rating_comment")}
            <textarea class="field" name="comment" rows={3} maxLength={2000} ref={focus} />
          </label>
          <div class="row">
            <button type="submit" class="button primary">
              {t("send")}
            </button>
            {skip("nps")}
          </div>
        </form>
      )}
      {rating === "nps" && (
        <fieldset>
          <legend id="rating" tabIndex={-1} ref={focus}>
            {t("rating_nps")}
          </legend>
          <div class="scores">
            {NPS.map((nps) => (
              <button class="score" onClick={() => go("done", { nps })}>
                {nps}
              </button>
            ))}
          </div>
          <div class="ends quiet">
            <span>{t("nps_low")}</span>
            <span>{t("nps_high")}</span>
          </div>
          <div class="row">{skip("done")}</div>
        </fieldset>
      )}
      {rating === "done" && (
        <p id="rating" class="thanks" role="status">
          <Icon name="check" />
          {t("rating_thanks")}
        </p>
      )}
    </section>
  );
}

export function Sheet(view: View): JSX.Element {
  const { state, session, t } = view;
  const parts = { menu: Menu, forget: Forget, mail: Mail, code: Code, ticket: Ticket } as const;
  const Part = parts[state.sheet ?? "menu"];
  const labels: Record<keyof typeof parts, Key> = { menu: "menu", forget: "forget_sure", mail: "mail_transcript", code: "mail_transcript", ticket: "write_us" };
  return (
    <div class={state.sheet === "menu" ? "sheet menu" : "sheet"} role="group" aria-label={t(labels[state.sheet ?? "menu"])}>
      <Part {...view} />
      {state.sheet !== "menu" && (
        <IconButton name="close" label={t("cancel")} class="shut" onClick={() => session.set({ sheet: null })} />
      )}
    </div>
  );
}

function Menu(view: View): JSX.Element {
  const { state, session, t } = view;
  const shut = (): void => session.set({ sheet: null });
  const written = state.messages.length > 0;
  const open = state.status !== "resolved" && state.status !== "closed";
  return (
    <>
      <button
        role="switch"
        aria-checked={state.sound}
        ref={focus}
        onClick={() => {
          session.keep({ sound: !state.sound });
          session.set({ sound: !state.sound });
          if (!state.sound) ring();
        }}
      >
        {t("sound")}
        <span class="switch" aria-hidden="true" />
      </button>
      {written && (
        <>
          <button onClick={() => (shut(), void saveTranscript(view, "txt"))}>
            {t("save_text")}
          </button>
          <button onClick={() => (shut(), void saveTranscript(view, "html"))}>
            {t("save_page")}
          </button>
          {state.settings?.mail && (
            <button onClick={() => session.set({ sheet: "mail" })}>
              {t("mail_transcript")}
            </button>
          )}
          {open && (
            <button onClick={() => (shut(), void session.attempt("conversation_end", {}))}>
              {t("end")}
            </button>
          )}
          <button class="bad" onClick={() => session.set({ sheet: "forget" })}>
            {t("forget")}
          </button>
        </>
      )}
    </>
  );
}

function Forget({ session, t }: View): JSX.Element {
  return (
    <>
      <h3 tabIndex={-1} ref={focus}>
        {t("forget_sure")}
      </h3>
      <p>{t("forget_text")}</p>
      <div class="row">
        <button
          class="button danger"
          onClick={async () => {
            if (await session.attempt("conversation_delete", {})) session.reset();
          }}
        >
          {t("forget_yes")}
        </button>
        <button class="button" onClick={() => session.set({ sheet: null })}>
          {t("cancel")}
        </button>
      </div>
    </>
  );
}

/** Marks what is wrong, and puts the cursor there. True when nothing is. */
function checked(form: HTMLFormElement): boolean {
  const wrong = [...form.elements].filter((element): element is HTMLInputElement => "validity" in element && !(element as HTMLInputElement).validity.valid);
  for (const element of form.elements) {
    const bad = wrong.includes(element as HTMLInputElement);
    if (element.hasAttribute("aria-describedby")) {
      element.setAttribute("aria-invalid", String(bad));
      element.parentElement?.toggleAttribute("data-wrong", bad);
    }
  }
  wrong[0]?.focus();
  return !wrong.length;
}

const Email = ({ t }: View): JSX.Element => (
  <label>
    {t("email")}
    <input class="field" type="email" name="email" required autocomplete="email" aria-describedby="email-wrong" ref={focus} />
    <span class="wrong" id="email-wrong">
      {t("email_wrong")}
    </span>
  </label>
);

/** Where the transcript should go; it is not sent before the code that came there is typed in. */
function Mail(view: View): JSX.Element {
  const { session, t } = view;
  return (
    <Form
      send={t("mail_code")}
      onSend={async (form) => {
        const email = field(form, "email");
        const ok = await session.attempt("transcript_send", { email });
        if (ok) session.set(ok.mailed === "code" ? { sheet: "code", email } : { sheet: null, said: t("transcript_mailed", { email }) });
      }}
    >
      <h3>{t("mail_transcript")}</h3>
      <p>{t("mail_why")}</p>
      <Email {...view} />
    </Form>
  );
}

function Code({ state: { email }, session, t }: View): JSX.Element {
  return (
    <Form
      send={t("send_transcript")}
      onSend={async (form) => {
        if (await session.attempt("transcript_send", { email, code: field(form, "code") })) session.set({ sheet: null, said: t("transcript_mailed", { email }) });
      }}
    >
      <h3>{t("mail_transcript")}</h3>
      <p role="status">{t("code_sent", { email })}</p>
      <label>
        {t("code")}
        <input class="field" name="code" required autocomplete="one-time-code" inputMode="numeric" aria-describedby="code-wrong" ref={focus} />
        <span class="wrong" id="code-wrong">
          {t("code_wrong")}
        </span>
      </label>
    </Form>
  );
}

/** A form that says itself what is wrong, in the chat's language. */
function Form({ send, onSend, children }: { send: string; onSend: (form: HTMLFormElement) => void; children: ComponentChildren }): JSX.Element {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (checked(event.currentTarget)) onSend(event.currentTarget);
      }}
    >
      {children}
      <button type="submit" class="button primary">
        {send}
      </button>
    </form>
  );
}

function Ticket(view: View): JSX.Element {
  const { state, session, t } = view;
  const asked = state.messages.findLast(({ author }) => author === "shopper")?.text ?? "";
  return (
    <Form
      send={t("send")}
      onSend={async (form) => {
        // Its number comes as a line of the conversation.
        if (await session.attempt("ticket_open", { email: field(form, "email"), text: field(form, "text") })) session.set({ handoff: null, sheet: null });
      }}
    >
      <h3>{t("write_us")}</h3>
      <p>{t("ticket_text")}</p>
      <Email {...view} />
      <label>
        {t("question")}
        <textarea class="field" name="text" rows={4} required maxLength={state.settings?.message_length ?? 2000} defaultValue={asked} aria-describedby="question-missing" />
        <span class="wrong" id="question-missing">
          {t("question_missing")}
        </span>
      </label>
    </Form>
  );
}

/** Two soft notes, made here: no file to fetch. */
export function ring(): void {
  const audio = new AudioContext();
  [660, 880].forEach((pitch, index) => {
    const begin = audio.currentTime + index * 0.12;
    const tone = new OscillatorNode(audio, { type: "sine", frequency: pitch });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.08, begin + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.4);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.4);
    tone.onended = () => index && void audio.close();
  });
}
