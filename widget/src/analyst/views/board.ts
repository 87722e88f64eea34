/** What every part of the page needs: sentences, numbers, the address and how to change it, what each figure means. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session } from "../../agent/protocol.ts";
import type { Language } from "../../shared/protocol.ts";
import type { Translate } from "../../shared/translate.ts";
import { type Address, type List, queryOf, writeAddress } from "../address.ts";
import type { AnalystKey } from "../catalog.ts";
import type { Numbers } from "../numbers.ts";
import type { Definition } from "../report.ts";

export interface Board {
  t: Translate<AnalystKey>;
  language: Language;
  numbers: Numbers;
  session: Session;
  address: Address;
  /** Goes to another state of the page; `replace` leaves no step to come back to. */
  go: (change: Partial<Address>, replace?: boolean) => void;
  definitions: ReadonlyMap<string, Definition>;
  /** Asks everything again: something was changed. */
  refresh: () => void;
  /** Counts the refreshes. */
  version: number;
}

export const BoardContext = createContext<Board | null>(null);

export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (!board) throw new Error("expected a board around this part");
  return board;
}

export const hrefOf = (address: Address, change: Partial<Address>): string => writeAddress({ ...address, ...change });

/** The address that lists what a mark counts. */
export const listHref = (address: Address, list: List): string => hrefOf(address, { list, conversation: null });

/** A path of the API with the page's own question. */
export function apiPath({ address, version }: Pick<Board, "address" | "version">, name: string, more: Record<string, string> = {}): string {
  const query = queryOf(address);
  for (const [key, value] of Object.entries(more)) query.set(key, value);
  if (version) query.set("v", String(version));
  return `/api/analytics/${name}?${query}`;
}

/** A name by its key; what a newer server counts is shown by its own name. */
export function named(t: Translate<AnalystKey>, prefix: string, value: string): string {
  const key = `${prefix}_${value}` as AnalystKey;
  const text = t(key);
  return text === key ? readable(value) : text;
}

export function readable(value: string): string {
  const text = value.replaceAll(/[_-]+/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What people read for a group's key. */
export function groupTitle({ t, numbers }: Pick<Board, "t" | "numbers">, by: string, key: string, title = key): string {
  if (key === "none") return named(t, "none", by);
  switch (by) {
    case "language":
      return numbers.language(key);
    case "outcome":
    case "handoff_reason":
    case "surface":
      return named(t, by, key);
    case "topic":
      return readable(title);
    case "weekday":
      return numbers.weekday(Number(key), "long");
    case "hour":
      return numbers.hour(Number(key));
    default:
      return title;
  }
}

/** The definition of a figure; of one that the server does not explain, its name. */
export const definitionOf = ({ definitions }: Pick<Board, "definitions">, name: string): Definition =>
  definitions.get(name) ?? { name, kind: "number", unit: "episode", title: readable(name), text: "", better: null };
