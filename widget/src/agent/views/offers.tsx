/** What this agent is asked to take: one calm bar above the panes, with the time that is left. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type Offer, secondsLeft } from "../offers.ts";
import { clock, useNow } from "../ticker.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";
import { capital, languageName, named, readable } from "./words.ts";

/** From here on the card is no longer only calm. */
const URGENT_SECONDS = 10;
const OVER_MILLISECONDS = 20_000;

export function Offers(): JSX.Element {
  const { state, t } = useConsole();
  const open = state.offers.filter((offer) => !offer.over);
  // One at a time: the one whose time is up first, or the last that went by.
  const shown = [...open].sort((a, b) => a.expires_at.localeCompare(b.expires_at))[0] ?? state.offers.at(-1);
  return (
    <section class="offers" aria-label={t("offers")}>
      {shown ? shown.over ? <Over key={`over-${shown.handoff.id}`} offer={shown} /> : <Card key={shown.handoff.id} offer={shown} more={open.length - 1} /> : null}
    </section>
  );
}

function Card({ offer, more }: { offer: Offer; more: number }): JSX.Element {
  const { state, desk, t, preferences, go, write } = useConsole();
  const { handoff, conversation } = offer;
  const off = state.connection !== "online" || state.busy === "accept" || state.busy === "decline";
  const row = state.rows[conversation.id];
  const asked = row?.asked ?? row?.last?.text;
  const key = (command: "accept" | "decline"): JSX.Element | null => (preferences.shortcuts ? <kbd>{preferences.keys[command].toUpperCase()}</kbd> : null);
  return (
    <article class="offer" aria-labelledby="offer-title">
      <Left offer={offer} />
      <div class="offer-main">
        <h2 id="offer-title">{t("offer_title", { language: languageName(handoff.language, preferences.language) })}</h2>
        <p class="offer-why">
          {named(t, "reason", handoff.reason)}
          {handoff.topic ? ` · ${readable(handoff.topic)}` : ""}
          {handoff.order_number ? ` · ${handoff.order_number}` : ""}
        </p>
        {asked ? (
          <p class="offer-last" lang={handoff.language}>
            “{asked}”
          </p>
        ) : null}
        {more > 0 ? <p class="quiet">{t("offer_more", { count: more })}</p> : null}
      </div>
      <p class="offer-acts">
          <button type="button" class="button primary" disabled={off} onClick={() => void desk.act.accept(conversation.id).then((done) => done && write("reply"))}>
            {t("accept")} {key("accept")}
          </button>
          <button type="button" class="button" disabled={off} onClick={() => void desk.act.decline(handoff.id)}>
            {t("decline")} {key("decline")}
          </button>
          <button type="button" class="link" onClick={() => go(conversation.id)}>
            {t("offer_look")}
          </button>
      </p>
    </article>
  );
}

/** The language of the shopper, within a ring that runs out. */
function Left({ offer }: { offer: Offer }): JSX.Element {
  const { state, t } = useConsole();
  const now = useNow() + state.clockOffset;
  const left = secondsLeft(offer, now);
  const whole = Math.max(left, state.session?.settings.offer_seconds ?? 30);
  return (
    <span class={`offer-left ${left <= URGENT_SECONDS ? "urgent" : ""}`} role="timer" aria-label={t("offer_left", { count: left })}>
      <svg width="64" height="64" viewBox="0 0 64 64" aria-hidden="true">
        <circle class="ring-ground" cx="32" cy="32" r="28" fill="none" stroke-width="4" />
        <circle class="ring" cx="32" cy="32" r="28" fill="none" stroke-width="4" pathLength={100} stroke-dasharray={`${(100 * left) / whole} 100`} transform="rotate(-90 32 32)" />
      </svg>
      <span class="offer-tongue" aria-hidden="true">
        {offer.handoff.language.slice(0, 2).toUpperCase()}
      </span>
      <span class="offer-clock" aria-hidden="true">
        {clock(left)}
      </span>
    </span>
  );
}

/** How it ended, for as long as it takes to read; whoever looks later still finds it in a list. */
function Over({ offer }: { offer: Offer }): JSX.Element {
  const { desk, t, preferences } = useConsole();
  const close = (): void => desk.store.dispatch({ type: "offer_gone", id: offer.handoff.id });
  useEffect(() => {
    const timer = window.setTimeout(close, OVER_MILLISECONDS);
    return () => window.clearTimeout(timer);
  }, [offer.handoff.id]);
  return (
    <article class="offer over">
      <Icon name="clock" />
      <p class="offer-main">{t(`offer_${offer.over ?? "lapsed"}`, { language: capital(languageName(offer.handoff.language, preferences.language), preferences.language) })}</p>
      <button type="button" class="icon-button small" onClick={close} aria-label={t("close")}>
        <Icon name="close" size={16} />
      </button>
    </article>
  );
}
