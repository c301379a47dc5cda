import { type CallRow, callRowSchema } from '@understudy/contracts/call';
import { evidenceSchema } from '@understudy/contracts/evidence';
import { inDescendingOrder, TraceRequest } from '@understudy/contracts/otlp/test-support/trace-proto';
import { priceBook } from '@understudy/evaluator/pricing/price-call';
import { scoreStep } from '@understudy/evaluator/roles/score';
import type { LogRecord, NewRecord } from '@understudy/log/event-log';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';

/*
 * What the Kafka exporter of the OpenTelemetry Collector (0.155) writes with `otlp_proto`: one TracesData a message, every level with its fields
 * in descending order, `status` and `parent_span_id` also where they are empty, no headers. The key is null, or the trace's id in 32 hexadecimal
 * characters with `partition_traces_by_id`; then a message holds one trace, resource and scope, and a trace may be spread over several.
 */

const RECEIVED_AT_MS = 1_763_000_002_000;
const TRACE_ID = '5b8efff798038103d269b633813fc60c';

interface ExporterSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly route?: string;
  readonly answer?: string;
  readonly operation?: string;
  readonly errorType?: string;
}

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

function spanFields({ spanId, route, answer = 'Your parcel is on its way.', operation = 'chat', errorType }: ExporterSpan): object {
  return {
    traceId: Buffer.from(TRACE_ID, 'hex'), spanId: Buffer.from(spanId, 'hex'), flags: 0x101, name: `${operation} gpt-4o-mini`, kind: 3,
    startTimeUnixNano: '1763000000000000000', endTimeUnixNano: '1763000001500000000',
    attributes: [
      text('gen_ai.operation.name', operation), text('gen_ai.provider.name', 'openai'), text('gen_ai.request.model', 'gpt-4o-mini'),
      { key: 'gen_ai.usage.output_tokens', value: { intValue: '100' } },
      ...(route === undefined ? [] : [text('understudy.route', route)]),
      ...(errorType === undefined ? [text('gen_ai.output.messages', JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: answer }] }]))] : [text('error.type', errorType)]),
    ],
    status: errorType === undefined ? {} : { code: 2, message: 'upstream' },
  };
}

function messageOf(...spans: readonly ExporterSpan[]): Uint8Array {
  const inScope = spans.map((span) => [0x12, spanBytes(span)] as const);
  const scope = withFields(encoded('ScopeSpans', { scope: { name: 'opentelemetry.instrumentation.openai' } }), ...inScope);
  const resource = withFields(encoded('ResourceSpans', { resource: { attributes: [text('service.name', 'billing')] } }), [0x12, scope]);
  return inDescendingOrder(TraceRequest, withFields(Buffer.alloc(0), [0x0a, resource]));
}

/** protobufjs leaves out what is empty, the Collector does not. */
function spanBytes(span: ExporterSpan): Uint8Array {
  return withFields(encoded('Span', spanFields(span)), [0x22, Buffer.from(span.parentSpanId ?? '', 'hex')]);
}

function encoded(type: string, fields: object): Uint8Array {
  const message = TraceRequest.root.lookupType(type);
  return message.encode(message.fromObject(fields)).finish();
}

function withFields(bytes: Uint8Array, ...fields: readonly (readonly [tag: number, content: Uint8Array])[]): Uint8Array {
  return Buffer.concat([bytes, ...fields.map(([tag, content]) => protobuf.Writer.create().uint32(tag).bytes(content).finish())]);
}

async function score(messages: readonly Uint8Array[], key?: string): Promise<{ rows: CallRow[]; outputs: readonly NewRecord[]; evidence: unknown[] }> {
  const records = messages.map((value, offset): LogRecord => ({ offset, key, value, appendedAtMs: RECEIVED_AT_MS }));
  const { outputs } = await scoreStep({ prices: priceBook() })({ partition: 0, nowMs: RECEIVED_AT_MS, records });
  const of = (topic: string) => outputs.filter((record) => record.topic === topic).map(({ value }) => Buffer.from(value).toString());
  return {
    outputs, rows: of('llm.calls').flatMap((lines) => lines.trimEnd().split('\n').map((line) => callRowSchema.parse(JSON.parse(line)))),
    evidence: of('llm.evidence').map((line) => evidenceSchema.parse(JSON.parse(line))),
  };
}

describe('a message of the Collector\'s Kafka exporter', () => {
  const message = messageOf({ spanId: 'eee19b7ec3c1b174', route: 'billing.summary' });

  it('is built here as the exporter builds it: scopes before the resource, spans before their scope, empty fields written', () => {
    const bytes = Buffer.from(message);
    expect(bytes.indexOf('opentelemetry.instrumentation.openai')).toBeGreaterThan(bytes.indexOf('understudy.route'));
    expect(bytes.indexOf('service.name')).toBeGreaterThan(bytes.indexOf('opentelemetry.instrumentation.openai'));
    // status (15) and parent_span_id (4), both of length 0.
    expect(bytes.includes(Buffer.from([0x7a, 0x00]))).toBe(true);
    expect(bytes.includes(Buffer.from([0x22, 0x00]))).toBe(true);
  });

  it('becomes the call that it tells of', async () => {
    const { rows, evidence } = await score([message]);
    expect(rows).toMatchObject([{
      route: 'billing.summary', target: 'openai/gpt-4o-mini', trace_id: TRACE_ID, span_id: 'eee19b7ec3c1b174', received_at: RECEIVED_AT_MS, duration_ms: 1500,
      output: 'Your parcel is on its way.', output_tokens: 100, error: 0, refusal: 0,
    }]);
    expect(evidence).toMatchObject([{ kind: 'scores', project: 'default', route: 'billing.summary', scores: [{ traceId: TRACE_ID, spanId: 'eee19b7ec3c1b174' }] }]);
  });

  it('is read alike with the trace\'s id as its key and with none: what follows is keyed by the route', async () => {
    const [keyed, unkeyed] = [await score([message], TRACE_ID), await score([message])];
    expect(keyed.outputs).toEqual(unkeyed.outputs);
    expect(new Set(keyed.outputs.map(({ key }) => key))).toEqual(new Set(['default/billing.summary']));
  });

  it('may hold failures and spans that are no call, and calls that were never told of Understudy', async () => {
    const { rows } = await score([messageOf(
      { spanId: '00000000000000a1', operation: 'invoke_agent' },
      { spanId: '00000000000000a2', parentSpanId: '00000000000000a1' },
      { spanId: '00000000000000a3', parentSpanId: '00000000000000a1', errorType: '503' },
      { spanId: '00000000000000a4', parentSpanId: '00000000000000a1', answer: 'I\'m sorry, but I can\'t help with that.' },
    )]);
    expect(rows).toMatchObject([
      { route: 'billing/chat', span_id: '00000000000000a2', error: 0, refusal: 0 },
      { route: 'billing/chat', span_id: '00000000000000a3', error: 1 },
      { route: 'billing/chat', span_id: '00000000000000a4', error: 0, refusal: 1 },
    ]);
  });

  it('may hold only a part of a trace: however the spans are spread, each becomes one call, the same one', async () => {
    const spans = Array.from({ length: 8 }, (_, index): ExporterSpan => ({ spanId: (index + 1).toString(16).padStart(16, '0'), route: index % 3 === 0 ? 'billing.summary' : 'billing.dunning', answer: `Invoice ${index} is paid.` }));
    const whole = (await score([messageOf(...spans)], TRACE_ID)).rows;
    expect(whole).toHaveLength(spans.length);
    await fc.assert(fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { minLength: spans.length, maxLength: spans.length }), async (messageOfSpan) => {
      const parts = [0, 1, 2, 3].map((index) => spans.filter((_, at) => messageOfSpan[at] === index)).filter((part) => part.length > 0);
      const { rows } = await score(parts.map((part) => messageOf(...part)), TRACE_ID);
      const sorted = (list: readonly CallRow[]) => list.toSorted((one, other) => one.span_id.localeCompare(other.span_id));
      expect(sorted(rows)).toEqual(sorted(whole));
    }), { numRuns: 50 });
  });
});
