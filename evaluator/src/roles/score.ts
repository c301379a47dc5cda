import type { CallRow } from '@understudy/contracts/call';
import type { CallScore, ScoresEvidence } from '@understudy/contracts/evidence';
import { inflate } from '@understudy/contracts/otlp/inflate';
import { readSpans } from '@understudy/contracts/otlp/span-reader';
import { routeKey, TOPICS } from '@understudy/contracts/topics';
import type { LogRecord, NewRecord, StepHandler } from '@understudy/log/event-log';
import { scoreCall } from '../heuristics/score-call.ts';
import { factsOfCall } from '../normalise/call-facts.ts';
import { type Call, callFromSpan } from '../normalise/call-from-span.ts';
import { costOfCall, type PriceBook } from '../pricing/price-call.ts';
import { callRow } from './call-row.ts';
import { deadLetter } from './dead-letter.ts';

/** Inflated size of one record that is still read, bytes; the collector accepts no more. */
const MAX_INFLATED_BYTES = 20 * 1024 * 1024;

/** Rows of one record, characters: also at three bytes each it stays below the 1 MB that brokers take by default. */
const MAX_BATCH_CHARACTERS = 300_000;

/** Calls of one route, from versions of the application that declare the same order, that go into one record each: their rows, and their numbers as evidence. */
interface RouteBatch {
  readonly project: string;
  readonly route: string;
  readonly targets: readonly string[];
  readonly lines: string[];
  readonly scores: CallScore[];
  characters: number;
}

/** The score role: spans in; rows and numbers out. A record that cannot be read goes to the dead letters, not in the way of the others. */
export function scoreStep(prices: PriceBook): StepHandler {
  return ({ records, partition }) => ({ outputs: byReceiveTime(records).flatMap((group) => scoreGroup(group, partition, prices)) });
}

function scoreGroup(group: readonly LogRecord[], partition: number, prices: PriceBook): NewRecord[] {
  const outputs: NewRecord[] = [];
  const routes = new Map<string, RouteBatch[]>();
  for (const record of group) {
    const failure = scoreRecord(record, routes, prices);
    if (failure !== undefined) outputs.push(deadLetter({ topic: TOPICS.spans.name, partition, offset: record.offset, errorClass: failure, attempts: 1, bytes: record.value.length }));
  }
  for (const batches of routes.values()) {
    for (const batch of batches) outputs.push(...batchRecords(batch, group[0]?.appendedAtMs ?? 0));
  }
  return outputs;
}

/** Records that were received in the same second make one evidence record: decide's time stays fine enough, its records few. */
function byReceiveTime(records: readonly LogRecord[]): LogRecord[][] {
  const groups: LogRecord[][] = [];
  for (const record of records) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && record.appendedAtMs - last[0].appendedAtMs < 1_000) last.push(record);
    else groups.push([record]);
  }
  return groups;
}

function scoreRecord(record: LogRecord, routes: Map<string, RouteBatch[]>, prices: PriceBook): string | undefined {
  try {
    for (const span of readSpans(inflate(record.value, MAX_INFLATED_BYTES))) {
      const call = callFromSpan(span);
      if (call !== undefined) addCall(call, record.appendedAtMs, routes, prices);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
}

function addCall(call: Call, receivedAtMs: number, routes: Map<string, RouteBatch[]>, prices: PriceBook): void {
  const costUsd = costOfCall(prices, call);
  const { signals, flags } = scoreCall(factsOfCall(call, costUsd));
  const line = JSON.stringify(callRow(call, signals, flags, costUsd, receivedAtMs) satisfies CallRow);
  const batch = batchFor(call, line.length, routes);
  batch.characters += line.length;
  batch.lines.push(line);
  batch.scores.push({ traceId: call.traceId, spanId: call.spanId, target: call.target, purpose: call.purpose, ...(call.instanceId === undefined ? {} : { instanceId: call.instanceId }), signals });
}

function batchFor(call: Call, characters: number, routes: Map<string, RouteBatch[]>): RouteBatch {
  // Names may hold any character: only JSON keeps them apart.
  const key = JSON.stringify([call.project, call.route, call.targets]);
  const batches = routes.get(key) ?? [];
  routes.set(key, batches);
  const last = batches.at(-1);
  if (last !== undefined && last.characters + characters <= MAX_BATCH_CHARACTERS) return last;
  const fresh: RouteBatch = { project: call.project, route: call.route, targets: call.targets, lines: [], scores: [], characters: 0 };
  batches.push(fresh);
  return fresh;
}

/** Written line by line: joining them first makes one more large text, which costs 6 µs a call of 4 KB. */
function linesAsBytes(lines: readonly string[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0));
  let at = 0;
  for (const line of lines) {
    at += bytes.write(line, at);
    bytes[at++] = 0x0a;
  }
  return bytes;
}

function batchRecords(batch: RouteBatch, atMs: number): NewRecord[] {
  const key = routeKey(batch.project, batch.route);
  const evidence: ScoresEvidence = { kind: 'scores', v: 1, project: batch.project, route: batch.route, atMs, targets: [...batch.targets], scores: batch.scores };
  return [
    { topic: TOPICS.calls.name, key, value: linesAsBytes(batch.lines) },
    { topic: TOPICS.evidence.name, key, value: Buffer.from(JSON.stringify(evidence)) },
  ];
}
