/** The sentences about accounts, and what a refusal says. */
import { useEffect, useState } from "preact/hooks";
import type { Language } from "../../shared/protocol.ts";
import type { Translate } from "../../shared/translate.ts";
import { type AccountKey, loadAccount, type StaffKey } from "../catalogs.ts";
import { HttpFault } from "../http.ts";

export type Say = Translate<AccountKey | StaffKey>;

/** Null until they are there. */
export function useAccountWords(language: Language): Say | null {
  const [words, setWords] = useState<Say | null>(null);
  useEffect(() => void loadAccount(language).then((loaded) => setWords(() => loaded)), [language]);
  return words;
}

/** The server's own sentence says most; without one there is the code's. */
export function refusal(t: Say, error: unknown): string {
  if (!(error instanceof HttpFault)) return t("error_internal");
  if (error.message && error.message !== error.code) return error.message;
  return t(`error_${error.code}`, { message: "" });
}
