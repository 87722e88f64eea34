/** What was written and is not yet acknowledged: kept in storage, sent in order, sent once. */
import { Refusal } from "./refusal.ts";
import type { Shelf } from "./storage.ts";

export interface Outgoing {
  /** Made here, unique in the conversation: a retry is harmless. */
  client_id: string;
  text: string;
  /** ISO 8601, UTC. */
  at: string;
  /** Not acknowledged in time, or refused. */
  failed?: true;
  /** Refused for good: sending it again would be refused again. */
  refused?: string;
  /** What the server said about that, in the writer's language. */
  reason?: string;
  /** Where it goes, when one outbox serves several conversations. */
  conversation_id?: string;
}

export interface OutboxOptions<Sent> {
  shelf: Shelf;
  key: string;
  /** Asks the server; rejects with a Refusal. */
  send: (item: Outgoing) => Promise<Sent>;
  /** After every change. */
  onChange: (items: readonly Outgoing[]) => void;
  /** The server has it. */
  onSent: (item: Outgoing, sent: Sent) => void;
}

/** These come from trouble that passes; every other refusal is about the message itself. */
const PASSING = new Set(["timeout", "offline", "too_fast", "unavailable", "internal"]);

const later = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** A random id, also where crypto.randomUUID is missing (a page without TLS). */
export function clientId(): string {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const withoutFailure = ({ failed: _, ...item }: Outgoing): Outgoing => item;

export class Outbox<Sent> {
  #items: Outgoing[];
  #sending = false;
  /** Every id that this tab ever held: what else is in storage belongs to another tab and stays. */
  readonly #known = new Set<string>();
  readonly #options: OutboxOptions<Sent>;

  constructor(options: OutboxOptions<Sent>) {
    this.#options = options;
    this.#items = this.#stored();
    for (const { client_id } of this.#items) this.#known.add(client_id);
  }

  get items(): readonly Outgoing[] {
    return this.#items;
  }

  add(text: string, conversation_id?: string): Outgoing {
    const item: Outgoing = { client_id: clientId(), text, at: new Date().toISOString(), ...(conversation_id ? { conversation_id } : {}) };
    this.#known.add(item.client_id);
    this.#change([...this.#items, item]);
    void this.flush();
    return item;
  }

  /** A new client_id would lose the protection against doubles: the same item goes out again. */
  retry(client_id: string): void {
    this.#change(this.#items.map((item) => (item.client_id === client_id && !item.refused ? withoutFailure(item) : item)));
    void this.flush();
  }

  /** The shopper gave up, or the message was seen to have arrived (another tab sent it). */
  drop(client_id: string): void {
    if (this.#items.some((item) => item.client_id === client_id)) this.#change(this.#items.filter((item) => item.client_id !== client_id));
  }

  clear(): void {
    this.#change([]);
  }

  /** Send what waits, one after the other, so that the order stays. Called again whenever the connection is back. */
  async flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let item = this.#next(); item; item = this.#next()) {
        if (!(await this.#deliver(item))) break;
      }
    } finally {
      this.#sending = false;
    }
  }

  #next(): Outgoing | undefined {
    return this.#items.find((item) => !item.refused);
  }

  /** Whether the next one may follow. */
  async #deliver(item: Outgoing): Promise<boolean> {
    try {
      const sent = await this.#options.send(item);
      this.#options.onSent(item, sent);
      this.drop(item.client_id);
      return true;
    } catch (error) {
      const { code = "internal", message = "" } = error as Partial<Refusal>;
      if (code === "too_fast") {
        const seconds = Number((error as Refusal).params["retry_after"]) || 1;
        await later(seconds * 1000);
        return true;
      }
      const passing = PASSING.has(code);
      if (passing) this.#change(this.#items.map((waiting) => ({ ...waiting, failed: true })));
      else this.#change(this.#items.map((waiting) => (waiting === item ? { ...item, failed: true, refused: code, ...(message && message !== code ? { reason: message } : {}) } : waiting)));
      return !passing;
    }
  }

  #change(items: Outgoing[]): void {
    const others = this.#stored().filter(({ client_id }) => !this.#known.has(client_id));
    this.#items = items;
    const all = [...others, ...items];
    this.#options.shelf.set(this.#options.key, all.length ? JSON.stringify(all) : null);
    this.#options.onChange(items);
  }

  #stored(): Outgoing[] {
    try {
      const items: unknown = JSON.parse(this.#options.shelf.get(this.#options.key) ?? "[]");
      return Array.isArray(items) ? items.filter((item) => typeof item?.client_id === "string" && typeof item.text === "string") : [];
    } catch {
      return [];
    }
  }
}
