/** JSON over HTTP, same origin: one error shape, the header that proves the request is ours. */
import type { ErrorCode } from "../shared/protocol.ts";

export class HttpFault extends Error {
  readonly code: ErrorCode | "offline";
  readonly params: Record<string, unknown>;
  /** The whole answer: a refusal may carry more than its error. */
  readonly body: Record<string, unknown>;

  constructor(code: ErrorCode | "offline", message = "", body: Record<string, unknown> = {}) {
    super(message || code);
    this.code = code;
    this.body = body;
    this.params = ((body["error"] as { params?: Record<string, unknown> } | undefined)?.params ?? {}) as Record<string, unknown>;
  }
}

const BY_STATUS: Record<number, ErrorCode> = { 400: "bad_input", 401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "conflict", 413: "too_large", 429: "too_fast", 503: "unavailable" };

/** Resolves with the answer's JSON; rejects with an HttpFault. */
export async function request<Answer>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (method !== "GET") headers["X-CSRF"] = "1";
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, credentials: "same-origin", cache: "no-store", ...(body ? { body: JSON.stringify(body) } : {}) }).catch(() => {
    throw new HttpFault("offline");
  });
  const json = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (answer.ok) return json as Answer;
  const error = (json["error"] ?? {}) as { code?: ErrorCode; message?: string };
  throw new HttpFault(error.code ?? BY_STATUS[answer.status] ?? "internal", error.message, json);
}
