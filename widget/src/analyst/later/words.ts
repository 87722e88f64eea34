/** The sentences and the style of what is loaded later. */
import type { Language } from "../../shared/protocol.ts";
import { adopt } from "../../shared/sheets.ts";
import type { Translate } from "../../shared/translate.ts";
import { type LaterKey, loadLater } from "../catalog.ts";
import { type Board, useBoard } from "../views/board.ts";
import style from "./later.css";

adopt(document, style);

const loaded = new Map<Language, Translate<LaterKey>>();

export async function prepare(language: Language): Promise<void> {
  if (!loaded.has(language)) loaded.set(language, await loadLater(language));
}

/** The board with every sentence. */
export function useLaterBoard(): Omit<Board, "t"> & { t: Translate<LaterKey> } {
  const board = useBoard();
  // While another language is on its way, the one before does.
  const words = loaded.get(board.language) ?? [...loaded.values()][0];
  return { ...board, t: words ?? (board.t as Translate<LaterKey>) };
}
