import type { Hit } from '@understudy/contracts/incident-report';
import type { SignalName } from '@understudy/contracts/signal';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { OF_ROUTE, parametersOf, SETTINGS, STARTED, type Stretch } from './incident-calls.ts';
import { measureOf, valueColumn } from './incident-signal.ts';

/** Who was answered by the target meanwhile, and whose answer the signal marks. */
export async function readHit(store: AnalyticsStore, signal: SignalName, stretch: Stretch): Promise<Hit> {
  const isMarking = measureOf(signal) === 'rate';
  const marked = isMarking ? `ifNull(${valueColumn(signal)} = 1, 0)` : '0';
  const row = (await store.query<Record<string, string>>(
    `SELECT count() AS routeCalls, countIf(isTarget) AS calls, countIf(isTarget AND isMarked) AS affectedCalls, uniqExactIf(conversation_id, isTarget AND conversation_id != '') AS conversations,
       uniqExactIf(conversation_id, isTarget AND isMarked AND conversation_id != '') AS affectedConversations, uniqExactIf(instance_id, isTarget AND instance_id != '') AS instances
     FROM (SELECT conversation_id, instance_id, target = {target:String} AS isTarget, ${marked} AS isMarked FROM calls FINAL WHERE ${OF_ROUTE} AND ${STARTED}) ${SETTINGS}`, parametersOf(stretch),
  ))[0];
  const [calls, routeCalls] = [Number(row?.calls ?? 0), Number(row?.routeCalls ?? 0)];
  return {
    fromMs: stretch.fromMs, untilMs: stretch.untilMs, calls, routeCalls, ...(routeCalls === 0 ? {} : { shareOfRoute: calls / routeCalls }), conversations: Number(row?.conversations ?? 0), instances: Number(row?.instances ?? 0),
    ...(isMarking ? { affectedCalls: Number(row?.affectedCalls ?? 0), affectedConversations: Number(row?.affectedConversations ?? 0) } : {}),
  };
}
