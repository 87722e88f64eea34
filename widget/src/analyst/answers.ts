/** Answers of the server, kept a while by their address: back and forward show them at once. */
import { useContext, useEffect, useState } from "preact/hooks";
import { createContext } from "preact";
import { HttpFault, request } from "../agent/http.ts";

const KEPT_MILLISECONDS = 60_000;
const MOST_KEPT = 80;
const kept = new Map<string, { at: number; answer: Promise<unknown> }>();

/** What was kept is not true any more: somebody else signed in, or something was changed. */
export const forget = (): void => kept.clear();

export function ask<Answer>(path: string): Promise<Answer> {
  const found = kept.get(path);
  if (found && Date.now() - found.at < KEPT_MILLISECONDS) return found.answer as Promise<Answer>;
  const answer = request<Answer>("GET", path);
  kept.delete(path);
  kept.set(path, { at: Date.now(), answer });
  const oldest = kept.keys().next().value;
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  answer.catch(() => kept.delete(path));
  return answer;
}

export interface Asked<Answer> {
  /** The latest answer; while another is on its way, the one before; none when it was refused. */
  answer: Answer | null;
  busy: boolean;
  fault: HttpFault | null;
  retry: () => void;
}

/** Hears of every refusal, so that an ended session shows as one. */
export const Refusals = createContext<(fault: HttpFault) => void>(() => undefined);

/** Asks for a path whenever it changes; null asks for nothing. */
export function useAnswer<Answer>(path: string | null): Asked<Answer> {
  const refused = useContext(Refusals);
  const [state, setState] = useState<{ path: string | null; answer: Answer | null; fault: HttpFault | null }>({ path: null, answer: null, fault: null });
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (path === null) return;
    let current = true;
    ask<Answer>(path).then(
      (answer) => current && setState({ path, answer, fault: null }),
      (error: unknown) => {
        if (!current) return;
        const fault = error instanceof HttpFault ? error : new HttpFault("internal");
        setState({ path, answer: null, fault });
        refused(fault);
      },
    );
    return () => void (current = false);
  }, [path, times]);
  const retry = (): void => {
    setState((before) => ({ ...before, path: null, fault: null }));
    setTimes((count) => count + 1);
  };
  return { answer: state.answer, busy: path !== null && state.path !== path, fault: state.path === path ? state.fault : null, retry };
}
