export type Entry = { readonly kind: 'entered'; readonly leave: () => void } | { readonly kind: 'full' } | { readonly kind: 'aborted' };

export interface Bulkhead {
  /** Waits for one of the places, first come first served; `full` at once when too many wait already. Whoever entered has to leave. */
  enter(signal: AbortSignal): Promise<Entry>;
}

/** At most `places` at the same time, and at most `mostWaiting` behind them: a slow provider holds up its own callers and fills no memory. */
export function bulkhead(places: number, mostWaiting: number): Bulkhead {
  let taken = 0;
  const waiting = new Set<() => void>();
  const entered = (): Entry => {
    taken += 1;
    let hasLeft = false;
    return {
      kind: 'entered',
      leave() {
        if (hasLeft) return;
        hasLeft = true;
        taken -= 1;
        const [next] = waiting;
        next?.();
      },
    };
  };
  return {
    async enter(signal) {
      if (signal.aborted) return { kind: 'aborted' };
      if (taken < places) return entered();
      if (waiting.size >= mostWaiting) return { kind: 'full' };
      return new Promise((resolve) => {
        const end = (entry: Entry): void => {
          waiting.delete(takeTurn);
          signal.removeEventListener('abort', giveUp);
          resolve(entry);
        };
        const takeTurn = (): void => end(entered());
        const giveUp = (): void => end({ kind: 'aborted' });
        waiting.add(takeTurn);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
  };
}
