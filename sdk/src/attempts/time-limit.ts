export type Raced<Value> = { kind: 'done'; value: Value } | { kind: 'failed'; error: unknown } | { kind: 'timed-out' } | { kind: 'aborted' };

/** Whichever comes first: the answer, the limit or the caller's abort. A target that ignores its signal is not waited for. */
export function raceAttempt<Value>(ask: () => Promise<Value>, limitMs: number, controller: AbortController): Promise<Raced<Value>> {
  return new Promise((resolve) => {
    const onAbort = (): void => finish({ kind: 'aborted' });
    const finish = (raced: Raced<Value>): void => {
      clearTimeout(timer);
      controller.signal.removeEventListener('abort', onAbort);
      resolve(raced);
    };
    const timer = setTimeout(() => {
      finish({ kind: 'timed-out' });
      controller.abort(new DOMException(`no answer within ${Math.round(limitMs)} ms`, 'TimeoutError'));
    }, limitMs);
    if (controller.signal.aborted) {
      finish({ kind: 'aborted' });
      return;
    }
    controller.signal.addEventListener('abort', onAbort, { once: true });
    ask().then((value) => finish({ kind: 'done', value }), (error: unknown) => finish({ kind: 'failed', error }));
  });
}

/** False when the caller gave up meanwhile. */
export function waitFor(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve(!signal?.aborted);
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener('abort', finish);
    if (signal?.aborted) finish();
  });
}

export type Step<Value> = { kind: 'value'; value: Value } | { kind: 'error'; error: unknown } | { kind: 'late' };

/** What comes within the limit. At a limit of nothing everything is late, also what is there already. */
export function within<Value>(ask: () => Promise<Value>, limitMs: number): Promise<Step<Value>> {
  if (limitMs <= 0) return Promise.resolve({ kind: 'late' });
  return new Promise((resolve) => {
    const finish = (step: Step<Value>): void => {
      clearTimeout(timer);
      resolve(step);
    };
    const timer = setTimeout(() => finish({ kind: 'late' }), limitMs);
    ask().then((value) => finish({ kind: 'value', value }), (error: unknown) => finish({ kind: 'error', error }));
  });
}
