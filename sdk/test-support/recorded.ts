import { AlwaysOnSampler, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { assemble, type AssembledPorts, type Understudy } from '../src/assemble.ts';
import { SYSTEM_PORTS } from '../src/clock.ts';
import { type Environment, readSettings, type UnderstudyOptions } from '../src/configuration.ts';

export interface Recorded {
  readonly understudy: Understudy;
  /** The spans that have ended, oldest first. */
  readonly spans: () => Promise<readonly ReadableSpan[]>;
}

/** The real SDK on a real provider that keeps its spans in memory. */
export function recorded(options: Partial<UnderstudyOptions> = {}, environment: Environment = {}, ports: Partial<AssembledPorts> = {}): Recorded {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const settings = readSettings({ service: 'test', captureContent: true, ...options }, environment);
  const understudy = assemble(settings, { ...SYSTEM_PORTS, instanceId: 'instance-1', tracerProvider: provider, ...ports });
  return {
    understudy,
    spans: async () => {
      // Attributes are written between the application's turns.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await provider.forceFlush();
      return exporter.getFinishedSpans();
    },
  };
}

/** Waits until something is so; fails after `limitMs`. */
export async function until(isSo: () => boolean, limitMs = 5_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`not so within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
