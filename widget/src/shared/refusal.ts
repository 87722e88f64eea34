import type { ErrorCode } from "./protocol.ts";

/** A question that was refused (`code` from the server), or got no answer (`timeout`, `offline`). */
export class Refusal extends Error {
  readonly code: ErrorCode | "timeout" | "offline";
  readonly params: Record<string, unknown>;

  constructor(code: ErrorCode | "timeout" | "offline", message = "", params: Record<string, unknown> = {}) {
    super(message || code);
    this.code = code;
    this.params = params;
  }
}
