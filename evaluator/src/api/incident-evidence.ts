import type { EvidenceCall } from '@understudy/contracts/incident-report';
import { type SignalName, signalDefinition } from '@understudy/contracts/signal';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { OF_TARGET, parametersOf, STARTED, type Stretch } from './incident-calls.ts';
import { measureOf, valueColumn } from './incident-signal.ts';

const MOST_CALLS = 10;
const MOST_CHARACTERS = 300;

interface Row {
  readonly traceId: string;
  readonly spanId: string;
  readonly atMs: string;
  readonly target: string;
  readonly purpose: EvidenceCall['purpose'];
  readonly durationMs: number;
  readonly value: number | null;
  readonly flags: string[];
  readonly errorType: string;
  readonly finishReason: string;
  readonly input: string;
  readonly output: string;
  readonly reasoning: string;
}

const FACTS = `trace_id AS traceId, span_id AS spanId, toUnixTimestamp64Milli(received_at) AS atMs, target, purpose, duration_ms AS durationMs, flags, error_type AS errorType, finish_reason AS finishReason,
  substringUTF8(input, 1, ${MOST_CHARACTERS}) AS input, substringUTF8(output, 1, ${MOST_CHARACTERS}) AS output`;

/** Up to ten calls of the target, the worst by the incident's signal first, then the newest. `usual`: for signals whose both sides are bad. */
export async function readEvidence(store: AnalyticsStore, signal: SignalName, usual: number | undefined, stretch: Stretch): Promise<EvidenceCall[]> {
  const rows = await store.query<Row>(signal === 'judge' ? judged() : measured(signal), { ...parametersOf(stretch), usual: usual ?? 0 });
  return rows.map(evidenceOf);
}

function measured(signal: SignalName): string {
  const column = valueColumn(signal);
  return `SELECT ${FACTS}, toFloat64(${column}) AS value, '' AS reasoning FROM calls FINAL WHERE ${OF_TARGET} AND ${STARTED} AND ${column} IS NOT NULL${measureOf(signal) === 'rate' ? ` AND ${column} = 1` : ''}
    ORDER BY ${badnessOf(signal)} DESC, received_at DESC, trace_id, span_id LIMIT ${MOST_CALLS}`;
}

/** How far from what is usual, as a factor, where both sides are bad. */
function badnessOf(signal: SignalName): string {
  if (signalDefinition(signal).worse !== 'both') return 'value';
  return 'if({usual:Float64} > 0, abs(log(greatest(value, 1e-12) / {usual:Float64})), value)';
}

function judged(): string {
  return `SELECT ${FACTS}, worst.value AS value, worst.reasoning AS reasoning
    FROM (SELECT trace_id, span_id, 1 - assumeNotNull(score) AS value, substringUTF8(reasoning, 1, ${MOST_CHARACTERS}) AS reasoning FROM judgements FINAL WHERE ${OF_TARGET} AND outcome = 'judged' AND score IS NOT NULL
      ORDER BY value DESC, received_at DESC, trace_id, span_id LIMIT ${MOST_CALLS}) AS worst
    INNER JOIN (SELECT * FROM calls FINAL WHERE ${OF_TARGET} AND ${STARTED}) AS calls USING (trace_id, span_id)
    ORDER BY value DESC, received_at DESC, trace_id, span_id`;
}

function evidenceOf({ value, errorType, finishReason, input, output, reasoning, atMs, traceId, spanId, target, purpose, durationMs, flags }: Row): EvidenceCall {
  return { traceId, spanId, atMs: Number(atMs), target, purpose, durationMs, flags, ...(value === null ? {} : { value }), ...known({ errorType, finishReason, input, output, reasoning }) };
}

/** Without what is empty. */
function known<Texts extends Record<string, string>>(texts: Texts): Partial<Texts> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')) as Partial<Texts>;
}
