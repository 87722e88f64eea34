/** One Socket.IO connection: WebSocket only, every question answered or timed out, back-off with jitter. */
import { Manager } from "socket.io-client";
import type { Asks, ErrorCode, Tells } from "./protocol.ts";
import { Refusal } from "./refusal.ts";

export { Refusal };

/** Long enough for a slow phone, short enough that a shopper does not wonder. */
const ANSWER_MILLISECONDS = 10_000;
const RETRY_MILLISECONDS = { first: 500, last: 15_000 };

export type ConnectionState = "connecting" | "online" | "offline";

export interface ConnectionOptions<Told extends Tells> {
  /** Where the server lives, e.g. `https://chat.example/`. */
  server: string;
  namespace: `/${string}`;
  /** Asked at each connect, so that a token that came later is used. */
  auth: () => object;
  onState: (state: ConnectionState) => void;
  /** Every event that the server tells. */
  onEvent: <E extends keyof Told & string>(event: E, payload: Told[E]) => void;
  /** The server refused the handshake. Return false to leave it at that. */
  onRefused?: (code: string, message: string) => boolean | void;
}

export interface Connection<Asked extends Asks> {
  /** Resolves with what `{"ok": ...}` holds; rejects with a Refusal. Never queues: an outbox is the caller's. */
  ask<E extends keyof Asked & string>(event: E, payload: Asked[E]["payload"]): Promise<Asked[E]["ok"]>;
  readonly online: boolean;
  /** Try now instead of when the back-off says. */
  retry(): void;
  /** Connect again from the start, with fresh `auth`. */
  restart(): void;
  close(): void;
}

interface Answer {
  ok?: unknown;
  error?: { code: ErrorCode; message: string; params?: Record<string, unknown> };
}

export function connect<Asked extends Asks, Told extends Tells>(options: ConnectionOptions<Told>): Connection<Asked> {
  const server = new URL(options.server, location.href);
  const manager = new Manager({
    hostname: server.hostname.replace(/[[\]]/g, ""),
    secure: server.protocol === "https:",
    port: server.port,
    path: new URL("socket.io", server).pathname,
    transports: ["websocket"],
    reconnection: false, // it would not come back after a refusal, or when the server closed; we do
    autoConnect: false,
  });
  const socket = manager.socket(options.namespace, { auth: (give) => give(options.auth()) });
  let closed = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout>;

  const comeBack = (): void => {
    if (closed) return;
    const delay = Math.min(RETRY_MILLISECONDS.first * 2 ** failures++, RETRY_MILLISECONDS.last);
    clearTimeout(timer);
    timer = setTimeout(() => socket.connect(), delay * (0.5 + Math.random()));
    options.onState("offline");
  };

  socket.on("connect", () => {
    failures = 0;
    clearTimeout(timer);
    options.onState("online");
  });
  socket.on("disconnect", comeBack);
  socket.on("connect_error", (error: Error & { data?: { code?: string } }) => {
    // A socket that was refused by the server is not active any more; after trouble with the network it is.
    if (!socket.active && options.onRefused?.(error.data?.code ?? error.message, error.message) === false) closed = true;
    comeBack();
  });
  socket.onAny((event: string, payload: object) => options.onEvent(event as never, payload as never));
  options.onState("connecting");
  socket.connect();

  return {
    get online() {
      return socket.connected;
    },
    async ask(event, payload) {
      if (!socket.connected) throw new Refusal("offline");
      const answer: Answer = await socket
        .timeout(ANSWER_MILLISECONDS)
        .emitWithAck(event, payload)
        .catch(() => {
          throw new Refusal(socket.connected ? "timeout" : "offline");
        });
      if (answer.error) throw new Refusal(answer.error.code, answer.error.message, answer.error.params);
      return answer.ok as never;
    },
    retry() {
      if (!socket.connected) this.restart();
    },
    restart() {
      socket.disconnect();
      clearTimeout(timer);
      options.onState("connecting");
      socket.connect();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      socket.disconnect();
    },
  };
}
