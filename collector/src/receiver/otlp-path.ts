export type OtlpSignal = 'traces' | 'logs' | 'metrics';

const SIGNALS: ReadonlyMap<string, OtlpSignal> = new Map([['/v1/traces', 'traces'], ['/v1/logs', 'logs'], ['/v1/metrics', 'metrics']]);

/** The signal that a request target (path, perhaps with a query) is for. */
export function signalOf(target: string): OtlpSignal | undefined {
  const query = target.indexOf('?');
  return SIGNALS.get(query === -1 ? target : target.slice(0, query));
}
