import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** One number as it stands now, for `/metrics`. Counters only grow within a process. */
export interface Measurement {
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

/** Answers `/metrics` in the Prometheus text format: what the process measures of itself, and what `read` tells at that moment. */
export function metricsPage(read: () => Promise<readonly Measurement[]>): () => Promise<MetricsText> {
  const ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  return async () => {
    const registry = new Registry();
    for (const measurement of await read()) register(registry, measurement);
    return { contentType: registry.contentType, text: `${await registry.metrics()}\n${await ofProcess.metrics()}` };
  };
}

function register(registry: Registry, { kind, name, help, values }: Measurement): void {
  // Without labels the library would print a 0 that nobody has measured.
  if (kind === 'gauge' && values.length === 0) return;
  const labelNames = [...new Set(values.flatMap(({ labels }) => Object.keys(labels)))];
  const options = { name, help, labelNames, registers: [registry] };
  if (kind === 'gauge') {
    const gauge = new Gauge(options);
    for (const { labels, value } of values) gauge.set(labels, value);
    return;
  }
  const counter = new Counter(options);
  for (const { labels, value } of values) counter.inc(labels, value);
}
