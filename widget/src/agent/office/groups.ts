/** Canned replies as their form shows them, by shortcut; and as the server keeps them, one for each shortcut and language. */
import type { CannedReply } from "../configuration.ts";

/** One shortcut with its texts by language. */
export interface Group {
  shortcut: string;
  texts: Record<string, { id?: string; text: string }>;
}

export function grouped(replies: readonly CannedReply[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { id, shortcut, language, text } of replies) {
    const group = groups.get(shortcut) ?? { shortcut, texts: {} };
    group.texts[language] = { ...(id ? { id } : {}), text };
    groups.set(shortcut, group);
  }
  return [...groups.values()].sort((a, b) => a.shortcut.localeCompare(b.shortcut));
}

/** The flat list that the server keeps: what has no text is not there; a shortcut without any text is a fault to be told. */
export function flat(groups: readonly Group[], languages: readonly string[]): CannedReply[] {
  return groups.flatMap(({ shortcut, texts }) => {
    const written = Object.entries(texts).filter(([, { text }]) => text.trim());
    const kept = written.length ? written : [[languages[0] ?? "en", { text: "" }] as const];
    return kept.map(([language, { text, ...rest }]) => ({ ...rest, shortcut, language, text }));
  });
}

/** Where a group's texts stand in the flat list, by language: faults come by that position. */
export function positions(groups: readonly Group[], languages: readonly string[]): Map<string, number>[] {
  let position = 0;
  return groups.map((group) => new Map(flat([group], languages).map((reply) => [reply.language, position++])));
}
