/** Who is signed in at this browser, and what a demo says about how to sign in. */
import { HttpFault, request } from "./http.ts";
import type { Session, SignInHint } from "./protocol.ts";

export interface WhoIs {
  /** Null when nobody is signed in. */
  session: Session | null;
  /** Accounts to try, when this is a demo. */
  hints: SignInHint[];
}

/** Rejects when the answer is neither a session nor "nobody". */
export async function whoAmI(): Promise<WhoIs> {
  try {
    const session = await request<Session>("GET", "/api/session");
    return { session, hints: session.settings.demo_sign_in ?? [] };
  } catch (error) {
    if (!(error instanceof HttpFault) || error.code !== "unauthorized") throw error;
    return { session: null, hints: hintsIn(error) };
  }
}

/** The refusal of a demo names its accounts beside the error, or in its params. */
function hintsIn(fault: HttpFault): SignInHint[] {
  const settings = (fault.body["settings"] ?? fault.params["settings"]) as { demo_sign_in?: SignInHint[] } | undefined;
  return settings?.demo_sign_in ?? (fault.params["demo_sign_in"] as SignInHint[] | undefined) ?? [];
}
