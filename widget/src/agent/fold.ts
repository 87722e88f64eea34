/** Lower case without accents, so that "resuelto" is found by "RESUÉLTO". */
export const fold = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();
