/** What is being changed of the shop's settings: kept until it is saved, whatever comes between. */
import { useRef, useState } from "preact/hooks";
import { shelf } from "../../shared/storage.ts";
import type { Configuration, Section } from "../configuration.ts";
import type { Desk } from "../desk.ts";
import { HttpFault, request } from "../http.ts";

export interface Fault {
  /** Keys and positions from the top, such as `teams.0.name`. */
  path: string;
  message: string;
}

export type Saving = { phase: "idle" | "saving" | "saved" } | { phase: "faulty"; faults: Fault[] } | { phase: "stale"; theirs: Configuration } | { phase: "failed"; code: string; message: string };

export interface Draft<Value> {
  value: Value;
  changed: boolean;
  change: (value: Value) => void;
  /** Back to what is saved. */
  drop: () => void;
  saving: Saving;
  /** `over`: on top of what somebody else saved in the meantime. */
  save: (over?: Configuration) => Promise<void>;
}

const kept = shelf("sessionStorage");
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

interface Kept<Value> {
  /** What the change began from. */
  base: Configuration;
  value: Value;
}

/** `shown` makes a form's value of the section, `told` the section of it; `shown(told(value))` is the value. */
export function useDraft<Name extends Section, Value>(desk: Desk, configuration: Configuration, section: Name, shown: (given: Configuration[Name]) => Value, told: (value: Value) => Configuration[Name]): Draft<Value> {
  const key = `parley.settings.${desk.store.state.session?.agent.id}.${section}`;
  const [draft, setDraft] = useState<Kept<Value> | null>(() => read<Value>(key));
  const [saving, setSaving] = useState<Saving>({ phase: "idle" });
  const latest = useRef(draft);
  const keep = (next: Kept<Value> | null): void => {
    latest.current = next;
    setDraft(next);
    kept.set(key, next && JSON.stringify(next));
  };
  const value = draft ? draft.value : shown(configuration[section]);

  const put = async (version: number, wanted: Kept<Value>): Promise<void> => {
    const answer = await request<Configuration>("PUT", "/api/configuration", { version, [section]: told(wanted.value) });
    desk.store.dispatch({ type: "configured", configuration: answer });
    // What was typed while it was being saved is not saved yet.
    if (latest.current === wanted) keep(null);
    else if (latest.current) keep({ base: answer, value: latest.current.value });
    setSaving({ phase: "saved" });
  };
  const save = async (over?: Configuration): Promise<void> => {
    const wanted = latest.current;
    if (!wanted) return;
    setSaving({ phase: "saving" });
    try {
      await put((over ?? wanted.base).version, wanted);
    } catch (error) {
      setSaving(await outcome(error, section, wanted, put));
    }
  };
  return {
    value,
    changed: draft !== null,
    change: (next) => {
      keep({ base: draft?.base ?? configuration, value: next });
      if (saving.phase === "saved" || saving.phase === "failed") setSaving({ phase: "idle" });
    },
    drop: () => {
      keep(null);
      setSaving({ phase: "idle" });
    },
    saving,
    save,
  };
}

function read<Value>(key: string): Kept<Value> | null {
  try {
    return JSON.parse(kept.get(key) ?? "null") as Kept<Value> | null;
  } catch {
    return null;
  }
}

/** What became of saving; somebody else's change elsewhere is no conflict. */
async function outcome<Value>(error: unknown, section: Section, wanted: Kept<Value>, put: (version: number, wanted: Kept<Value>) => Promise<void>): Promise<Saving> {
  if (!(error instanceof HttpFault)) throw error;
  const faults = error.params["faults"];
  if (error.code === "bad_input" && Array.isArray(faults) && faults.length) return { phase: "faulty", faults: faults as Fault[] };
  if (error.code !== "conflict") return { phase: "failed", code: error.code, message: error.message };
  try {
    const theirs = await request<Configuration>("GET", "/api/configuration");
    if (!same(theirs[section], wanted.base[section])) return { phase: "stale", theirs };
    await put(theirs.version, wanted);
    return { phase: "saved" };
  } catch (again) {
    return { phase: "failed", code: again instanceof HttpFault ? again.code : "internal", message: (again as Error).message };
  }
}
