/** What this agent is asked to take: one card an offer, which also says how it ended. */
import type { AgentTells, Conversation, Handoff, QueueItem } from "./protocol.ts";

/** How an offer ended without us: its time was up, a colleague has it, or the shopper needs nobody any more. */
export type Over = "lapsed" | "taken" | "gone";

export interface Offer {
  handoff: Handoff;
  conversation: Conversation;
  /** ISO 8601, UTC. */
  expires_at: string;
  over: Over | null;
}

/** The server's own word comes a little after the time is up: until then the card only counts to zero. */
const GRACE_MILLISECONDS = 3_000;

export function offered(offers: readonly Offer[], { handoff, conversation, expires_at }: AgentTells["handoff_offered"]): Offer[] {
  return [...offers.filter((offer) => offer.handoff.id !== handoff.id), { handoff, conversation, expires_at, over: null }];
}

/** A hand-off went on: what of it concerns an offer on the screen. */
export function moved(offers: readonly Offer[], { handoff_id, status, agent_id }: AgentTells["handoff_updated"], me: string): readonly Offer[] {
  const offer = offers.find((candidate) => candidate.handoff.id === handoff_id);
  if (!offer || (status === "offered" && agent_id === me)) return offers;
  if (status === "accepted" && agent_id === me) return without(offers, handoff_id);
  return over(offers, handoff_id, status === "accepted" ? "taken" : status === "waiting" || status === "offered" ? "lapsed" : "gone");
}

export const over = (offers: readonly Offer[], handoff_id: string, how: Over): Offer[] =>
  offers.map((offer) => (offer.handoff.id === handoff_id && !offer.over ? { ...offer, over: how } : offer));

export const without = (offers: readonly Offer[], handoff_id: string): Offer[] => offers.filter((offer) => offer.handoff.id !== handoff_id);

/** What the queue says of offers to us: after a reload, or a line that was lost, it is all that is known. */
export function inQueue(offers: readonly Offer[], queue: readonly QueueItem[], me: string): readonly Offer[] {
  const news = queue.filter((item) => item.offered_to === me && item.offer_expires_at && !offers.some((offer) => offer.handoff.id === item.handoff.id && !offer.over));
  if (!news.length) return offers;
  return news.reduce<readonly Offer[]>((known, item) => offered(known, { handoff: item.handoff, conversation: item.conversation, expires_at: item.offer_expires_at as string }), offers);
}

/** Seconds that are left, by the server's clock; 0 when the time is up. */
export const secondsLeft = (offer: Offer, now: number): number => Math.max(0, Math.ceil((Date.parse(offer.expires_at) - now) / 1000));

/** Offers whose time has been up for a while without a word of the server. */
export const silent = (offers: readonly Offer[], now: number): Offer[] => offers.filter((offer) => !offer.over && now > Date.parse(offer.expires_at) + GRACE_MILLISECONDS);
