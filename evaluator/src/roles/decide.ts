import { type Evidence, evidenceSchema } from '@understudy/contracts/evidence';
import { routeKey, TOPICS } from '@understudy/contracts/topics';
import type { EventLog, LogRecord, NewRecord, StepHandler, StoredState } from '@understudy/log/event-log';
import { decodeState, encodeState } from '../policy/decide-state-entries.ts';
import { foldEvidence } from '../policy/fold.ts';
import type { FoldOutput } from '../policy/fold-output.ts';
import type { DecideState } from '../policy/route-state.ts';
import type { DetectorCounters } from './detector-counters.ts';
import { jsonBytes, parseJson } from './record-json.ts';
import { readRange, recordNear } from './read-range.ts';
import { REMEMBERED_MS, SeenCalls } from './seen-calls.ts';

/** The decide role over one partition of evidence: nothing but a fold. The calls seen lately are read again from the log, not stored. */
export async function decideStep(log: EventLog, partition: number, stored: StoredState, counters: DetectorCounters): Promise<StepHandler> {
  const state = decodeState(stored.entries);
  const seen = await seenCallsBefore(log, partition, stored.nextOffset);
  return ({ records }) => {
    const outputs: NewRecord[] = [];
    const touched = new Set<string>();
    const startedMs = performance.now();
    for (const record of records) {
      const folded = foldRecord(state, record, partition, seen);
      if (folded === undefined) continue;
      for (const key of folded.touchedRoutes) touched.add(key);
      outputs.push(...recordsOf(folded));
      counters.observedCalls += folded.observedCalls;
    }
    counters.foldMs += performance.now() - startedMs;
    return { outputs, state: encodeState(state, touched) };
  };
}

/** Folds one record of evidence. One that cannot be read changes nothing, at a replay too. */
export function foldRecord(state: DecideState, record: LogRecord, partition: number, seen: SeenCalls): FoldOutput | undefined {
  const evidence = parseEvidence(record);
  return evidence === undefined ? undefined : foldEvidence(state, evidence, { partition, offset: record.offset }, (traceId, spanId) => seen.isRepeat(traceId, spanId, evidence.atMs));
}

function recordsOf(folded: FoldOutput): NewRecord[] {
  return [
    ...folded.proposals.map((proposal) => ({ topic: TOPICS.proposals.name, partition: 0, value: jsonBytes(proposal) })),
    ...folded.decisions.map((decision) => ({ topic: TOPICS.decisions.name, key: routeKey(decision.project, decision.route), value: Buffer.from(`${JSON.stringify(decision)}\n`) })),
  ];
}

/** Undefined for what is no evidence. Nothing happened after it was written down: a writer whose clock is ahead, or a record that no role wrote, moves no time. */
export function parseEvidence(record: LogRecord): Evidence | undefined {
  const evidence = evidenceSchema.safeParse(parseJson(record.value)).data;
  return evidence === undefined || evidence.atMs <= record.appendedAtMs ? evidence : { ...evidence, atMs: record.appendedAtMs };
}

/** The calls seen in the time that a repeat is looked for, before `nextOffset`. */
export async function seenCallsBefore(log: Pick<EventLog, 'read' | 'offsetAt'>, partition: number, nextOffset: number): Promise<SeenCalls> {
  const seen = new SeenCalls();
  const topic = TOPICS.evidence.name;
  const last = await recordNear(log, topic, partition, nextOffset);
  if (last === undefined) return seen;
  const from = await log.offsetAt(topic, partition, last.appendedAtMs - REMEMBERED_MS);
  for await (const record of readRange(log, topic, partition, from, nextOffset)) noteCalls(seen, parseEvidence(record));
  return seen;
}

function noteCalls(seen: SeenCalls, evidence: Evidence | undefined): void {
  if (evidence?.kind !== 'scores') return;
  for (const score of evidence.scores) seen.isRepeat(score.traceId, score.spanId, evidence.atMs);
}
