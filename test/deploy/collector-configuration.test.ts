import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseDocument, ROOT } from '../docs/documents.ts';

interface Exporter {
  readonly traces?: { readonly topic: string; readonly encoding: string };
  readonly sending_queue?: { readonly enabled: boolean; readonly wait_for_result: boolean; readonly batch: { readonly sizer: string; readonly min_size: number; readonly max_size: number } };
  readonly producer?: { readonly required_acks: number; readonly max_message_bytes: number; readonly compression: string; readonly allow_auto_topic_creation: boolean };
}

interface Configuration {
  readonly receivers: object;
  readonly processors: object;
  readonly exporters: Readonly<Record<string, Exporter>>;
  readonly service: { readonly pipelines: Readonly<Record<string, { readonly receivers: string[]; readonly processors: string[]; readonly exporters: string[] }>> };
}

const PAGE = 'docs/how-to/use-an-opentelemetry-collector.md';
const EXPORTER = 'kafka/understudy';
const configuration = parse(readFileSync(join(ROOT, 'examples/opentelemetry-collector/collector.yaml'), 'utf8')) as Configuration;

describe('the example for an OpenTelemetry Collector', () => {
  const exporter = configuration.exporters[EXPORTER];

  it('writes OTLP to the topic that the score role reads', () => {
    expect(exporter?.traces).toEqual({ topic: TOPICS.spans.name, encoding: 'otlp_proto' });
  });

  it('answers a sender only for what all in-sync replicas have', () => {
    expect(exporter?.sending_queue).toMatchObject({ enabled: true, wait_for_result: true });
    expect(exporter?.producer?.required_acks).toBe(-1);
    expect(Object.values(configuration.service.pipelines).flatMap(({ processors }) => processors).filter((name) => /^batch|sampl/.test(name))).toEqual([]);
  });

  it('splits by bytes below what the producer takes, and leaves the topic to Understudy', () => {
    expect(exporter?.sending_queue?.batch.sizer).toBe('bytes');
    expect(exporter?.sending_queue?.batch.min_size).toBeLessThanOrEqual(exporter?.sending_queue?.batch.max_size ?? 0);
    // Not above the megabyte that brokers take unless told otherwise.
    expect(exporter?.sending_queue?.batch.max_size).toBeLessThan(exporter?.producer?.max_message_bytes ?? 0);
    expect(exporter?.producer?.max_message_bytes).toBeLessThan(1_048_588);
    expect(exporter?.producer?.allow_auto_topic_creation).toBe(false);
  });

  it('uses in its pipeline exactly what it defines', () => {
    const pipelines = Object.values(configuration.service.pipelines);
    for (const part of ['receivers', 'processors', 'exporters'] as const) expect(new Set(pipelines.flatMap((pipeline) => pipeline[part])), part).toEqual(new Set(Object.keys(configuration[part])));
  });

  it('is the one that the page shows', () => {
    const page = parseDocument(PAGE, readFileSync(join(ROOT, PAGE), 'utf8'));
    const [shown] = page.blocks.filter(({ language }) => language === 'yaml').map(({ text }) => (parse(text) as Configuration).exporters[EXPORTER]);
    expect(shown).toEqual(exporter);
  });
});
