import { type Evidence, evidenceSchema } from '@understudy/contracts/evidence';
import type { Policy } from '@understudy/contracts/policy';
import { routeKey, TOPICS } from '@understudy/contracts/topics';
import type { EventLog, LogRecord, NewRecord, StepHandler } from '@understudy/log/event-log';
import { foldEvidence } from '../policy/fold.ts';
import { type DecideState, decideStateFromJson, initialDecideState } from '../policy/route-state.ts';
import { SeenCalls } from './seen-calls.ts';

/** The decide role over one partition of evidence: nothing but a fold. `seen` is rebuilt from the log at a start, not stored. */
export function decideStep(partition: number, policy: Policy, seen: SeenCalls): StepHandler {
  let state: DecideState | undefined;
  return ({ records, state: stored, stepNumber }) => {
    if (state === undefined || stepNumber === 1) state = stateOf(stored, policy);
    const outputs: NewRecord[] = [];
    for (const record of records) outputs.push(...foldRecord(state, record, partition, seen));
    return { outputs, state: Buffer.from(JSON.stringify(state)) };
  };
}

function stateOf(stored: Uint8Array | undefined, policy: Policy): DecideState {
  return stored === undefined ? initialDecideState(policy) : decideStateFromJson(Buffer.from(stored).toString('utf8'));
}

/** Folds one record of evidence. One that cannot be read changes nothing, at a replay too. */
function foldRecord(state: DecideState, record: LogRecord, partition: number, seen: SeenCalls): NewRecord[] {
  const evidence = parseEvidence(record);
  if (evidence === undefined) return [];
  const folded = foldEvidence(state, evidence, { partition, offset: record.offset }, (traceId, spanId) => seen.isRepeat(traceId, spanId, evidence.atMs));
  return [
    ...folded.proposals.map((proposal) => ({ topic: TOPICS.proposals.name, partition: 0, value: Buffer.from(JSON.stringify(proposal)) })),
    ...folded.decisions.map((decision) => ({ topic: TOPICS.decisions.name, key: routeKey(decision.project, decision.route), value: Buffer.from(`${JSON.stringify(decision)}\n`) })),
  ];
}

export function parseEvidence(record: LogRecord): Evidence | undefined {
  try {
    return evidenceSchema.safeParse(JSON.parse(Buffer.from(record.value).toString('utf8'))).data;
  } catch {
    // Not JSON: somebody else wrote to the topic.
    return undefined;
  }
}

/** Calls seen in the last 15 minutes before `nextOffset`, read again from the log. */
export async function rebuildSeenCalls(log: Pick<EventLog, 'read'>, partition: number, nextOffset: number): Promise<SeenCalls> {
  const seen = new SeenCalls();
  let offset = 0;
  while (offset < nextOffset) {
    const { records } = await log.read(TOPICS.evidence.name, partition, offset, { maxRecords: 1_000 });
    if (records.length === 0) break;
    for (const record of records) if (record.offset < nextOffset) noteCalls(seen, parseEvidence(record));
    offset = (records.at(-1)?.offset ?? offset) + 1;
  }
  return seen;
}

function noteCalls(seen: SeenCalls, evidence: Evidence | undefined): void {
  if (evidence?.kind !== 'scores') return;
  for (const score of evidence.scores) seen.isRepeat(score.traceId, score.spanId, evidence.atMs);
}
