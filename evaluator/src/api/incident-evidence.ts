import type { EvidenceCall } from '@understudy/contracts/incident-report';
import { type SignalName, signalDefinition } from '@understudy/contracts/signal';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { OF_TARGET, parametersOf, SETTINGS, STARTED, type Stretch } from './incident-calls.ts';
import { measureOf, valueColumn } from './incident-signal.ts';

const MOST_CALLS = 10;
const MOST_CHARACTERS = 300;

interface Worst {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  readonly reasoning: string;
}

interface Facts {
  readonly traceId: string;
  readonly spanId: string;
  readonly atMs: string;
  readonly target: string;
  readonly purpose: EvidenceCall['purpose'];
  readonly durationMs: number;
  readonly flags: string[];
  readonly errorType: string;
  readonly finishReason: string;
  readonly input: string;
  readonly output: string;
}

/** Up to ten calls of the target, the worst by the incident's signal first, then the newest. `usual`: for signals whose both sides are bad. */
export async function readEvidence(store: AnalyticsStore, signal: SignalName, usual: number | undefined, stretch: Stretch): Promise<EvidenceCall[]> {
  const worst = await store.query<Worst>(signal === 'judge' ? JUDGED_WORST : worstBy(signal), { ...parametersOf(stretch), usual: usual ?? 0 });
  if (worst.length === 0) return [];
  const facts = new Map((await readFacts(store, worst, stretch)).map((call) => [keyOf(call), call]));
  return worst.flatMap((call) => {
    const known = facts.get(keyOf(call));
    return known === undefined ? [] : [evidenceOf(call, known)];
  });
}

const NEWEST = 'received_at DESC, trace_id, span_id';

function worstBy(signal: SignalName): string {
  const column = valueColumn(signal);
  return `SELECT trace_id AS traceId, span_id AS spanId, toFloat64(assumeNotNull(${column})) AS value, '' AS reasoning FROM calls FINAL
    WHERE ${OF_TARGET} AND ${STARTED} AND ${column} IS NOT NULL${measureOf(signal) === 'rate' ? ` AND ${column} = 1` : ''} ORDER BY ${badnessOf(signal)} DESC, ${NEWEST} LIMIT ${MOST_CALLS} ${SETTINGS}`;
}

const JUDGED_BAD = `SELECT trace_id AS traceId, span_id AS spanId, received_at, 1 - assumeNotNull(score) AS value, substringUTF8(reasoning, 1, ${MOST_CHARACTERS}) AS reasoning FROM judgements FINAL
  WHERE ${OF_TARGET} AND outcome = 'judged' AND score < 1`;
/** The worst answers are seldom the typical ones (a refusal fails every check): half of the calls are the newest that fell short. */
const JUDGED_WORST = `SELECT traceId, spanId, value, reasoning FROM (
    SELECT *, row_number() OVER (ORDER BY value DESC, received_at DESC, traceId, spanId) AS byValue, row_number() OVER (ORDER BY received_at DESC, traceId, spanId) AS byTime FROM (${JUDGED_BAD}))
  WHERE byValue <= ${MOST_CALLS / 2} OR byTime <= ${MOST_CALLS / 2} ORDER BY value DESC, received_at DESC, traceId, spanId`;

/** How far from what is usual, as a factor, where both sides are bad. */
function badnessOf(signal: SignalName): string {
  if (signalDefinition(signal).worse !== 'both') return 'value';
  return 'if({usual:Float64} > 0, abs(log(greatest(value, 1e-12) / {usual:Float64})), value)';
}

/** Texts are read of the chosen calls only, by the minutes of the key that these stand under: they are most of the table. */
function readFacts(store: AnalyticsStore, worst: readonly Worst[], stretch: Stretch): Promise<Facts[]> {
  const chosen = 'span_id IN {spans:Array(String)} AND trace_id IN {traces:Array(String)}';
  return store.query<Facts>(
    `SELECT trace_id AS traceId, span_id AS spanId, toUnixTimestamp64Milli(received_at) AS atMs, target, purpose, duration_ms AS durationMs, flags, error_type AS errorType, finish_reason AS finishReason,
       substringUTF8(input, 1, ${MOST_CHARACTERS}) AS input, substringUTF8(output, 1, ${MOST_CHARACTERS}) AS output
     FROM calls FINAL
     WHERE project = {project:String} AND route = {route:String} AND ${STARTED} AND ${chosen}
       AND toStartOfMinute(started_at) IN (SELECT toStartOfMinute(started_at) FROM calls WHERE ${OF_TARGET} AND ${STARTED} AND ${chosen})
     ${SETTINGS}`,
    { ...parametersOf(stretch), spans: worst.map(({ spanId }) => spanId), traces: worst.map(({ traceId }) => traceId) },
  );
}

function evidenceOf({ traceId, spanId, value, reasoning }: Worst, { atMs, target, purpose, durationMs, flags, errorType, finishReason, input, output }: Facts): EvidenceCall {
  return { traceId, spanId, atMs: Number(atMs), target, purpose, durationMs, value, flags, ...known({ errorType, finishReason, input, output, reasoning }) };
}

function keyOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId} ${spanId}`;
}

/** Without what is empty. */
function known<Texts extends Record<string, string>>(texts: Texts): Partial<Texts> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')) as Partial<Texts>;
}
