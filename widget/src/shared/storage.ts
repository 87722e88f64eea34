/** Storage that never throws: a browser may forbid it, and then memory has to do until the page is left. */
export interface Shelf {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}

export function shelf(kind: "localStorage" | "sessionStorage"): Shelf {
  const memory = new Map<string, string>();
  return {
    get(key) {
      try {
        return window[kind].getItem(key) ?? memory.get(key) ?? null;
      } catch {
        return memory.get(key) ?? null;
      }
    },
    set(key, value) {
      if (value === null) memory.delete(key);
      else memory.set(key, value);
      try {
        if (value === null) window[kind].removeItem(key);
        else window[kind].setItem(key, value);
        memory.delete(key);
      } catch {
        // Full or forbidden: memory has it.
      }
    },
  };
}
