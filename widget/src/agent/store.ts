/** A value, the reducer that changes it, and who wants to know. */
export interface Store<State, Event> {
  readonly state: State;
  dispatch(event: Event): void;
  subscribe(listener: (state: State, before: State) => void): () => void;
}

export function createStore<State, Event>(reduce: (state: State, event: Event) => State, initial: State): Store<State, Event> {
  const listeners = new Set<(state: State, before: State) => void>();
  let state = initial;
  return {
    get state() {
      return state;
    },
    dispatch(event) {
      const before = state;
      state = reduce(state, event);
      if (state !== before) for (const listener of [...listeners]) listener(state, before);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
