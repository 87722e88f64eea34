/** Who is signed in at this browser, and what a demo says about how to sign in. */
import { HttpFault, request } from "./http.ts";
import type { Session, SignInHint, StaffSettings } from "./protocol.ts";

export interface WhoIs {
  /** Null when nobody is signed in. */
  session: Session | null;
  /** Accounts to try, when this is a demo. */
  hints: SignInHint[];
  elsewhere: Elsewhere;
}

/** Signing in by another service. */
export interface Elsewhere {
  /** What it is called; null when there is none. */
  service: string | null;
  /** The second step here, when the first was taken there. */
  needs: Needs | null;
}

export const NOWHERE: Elsewhere = { service: null, needs: null };

export type Needs = "code" | "totp";

/** Rejects when the answer is neither a session nor "nobody". */
export async function whoAmI(): Promise<WhoIs> {
  try {
    const session = await request<Session>("GET", "/api/session");
    return { session, hints: session.settings.demo_sign_in ?? [], elsewhere: { service: session.settings.sign_in_service ?? null, needs: null } };
  } catch (error) {
    if (!(error instanceof HttpFault) || error.code !== "unauthorized") throw error;
    return { session: null, hints: hintsIn(error), elsewhere: { service: settingsIn(error)?.sign_in_service ?? null, needs: (error.params["needs"] as Needs | undefined) ?? null } };
  }
}

/** The refusal of a demo names its accounts beside the error, or in its params. */
function hintsIn(fault: HttpFault): SignInHint[] {
  return settingsIn(fault)?.demo_sign_in ?? (fault.params["demo_sign_in"] as SignInHint[] | undefined) ?? [];
}

const settingsIn = (fault: HttpFault): StaffSettings | undefined => (fault.body["settings"] ?? fault.params["settings"]) as StaffSettings | undefined;
