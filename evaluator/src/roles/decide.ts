import { evidenceSchema } from '@understudy/contracts/evidence';
import type { Policy } from '@understudy/contracts/policy';
import { routeKey, TOPICS } from '@understudy/contracts/topics';
import type { EventLog, NewRecord, StepHandler } from '@understudy/log/event-log';
import { foldEvidence } from '../policy/fold.ts';
import { type DecideState, decideStateFromJson, initialDecideState } from '../policy/route-state.ts';
import { SeenCalls } from './seen-calls.ts';

/** The decide role over one partition of evidence: nothing but a fold. `seen` is rebuilt from the log at a start, not stored. */
export function decideStep(partition: number, policy: Policy, seen: SeenCalls): StepHandler {
  let state: DecideState | undefined;
  return ({ records, state: stored, stepNumber }) => {
    if (state === undefined || stepNumber === 1) state = stored === undefined ? initialDecideState(policy) : decideStateFromJson(Buffer.from(stored).toString('utf8'));
    const outputs: NewRecord[] = [];
    for (const record of records) {
      const evidence = evidenceSchema.safeParse(JSON.parse(Buffer.from(record.value).toString('utf8')));
      if (!evidence.success) continue;
      const at = evidence.data.atMs;
      const folded = foldEvidence(state, evidence.data, { partition, offset: record.offset }, (traceId, spanId) => seen.isRepeat(traceId, spanId, at));
      for (const proposal of folded.proposals) outputs.push({ topic: TOPICS.proposals.name, partition: 0, value: Buffer.from(JSON.stringify(proposal)) });
      for (const decision of folded.decisions) outputs.push({ topic: TOPICS.decisions.name, key: routeKey(decision.project, decision.route), value: Buffer.from(`${JSON.stringify(decision)}\n`) });
    }
    return { outputs, state: Buffer.from(JSON.stringify(state)) };
  };
}

/** Calls seen in the last 15 minutes before `nextOffset`, read again from the log. */
export async function rebuildSeenCalls(log: Pick<EventLog, 'read'>, partition: number, nextOffset: number): Promise<SeenCalls> {
  const seen = new SeenCalls();
  let offset = 0;
  while (offset < nextOffset) {
    const { records } = await log.read(TOPICS.evidence.name, partition, offset, { maxRecords: 1_000 });
    if (records.length === 0) break;
    for (const record of records) {
      if (record.offset >= nextOffset) return seen;
      const evidence = evidenceSchema.safeParse(JSON.parse(Buffer.from(record.value).toString('utf8')));
      if (evidence.data?.kind !== 'scores') continue;
      for (const score of evidence.data.scores) seen.isRepeat(score.traceId, score.spanId, evidence.data.atMs);
    }
    offset = (records.at(-1)?.offset ?? offset) + 1;
  }
  return seen;
}
