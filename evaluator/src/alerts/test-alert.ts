import type { Incident } from '@understudy/contracts/incident';
import { type AlertContext, TEST_ROUTE } from './alert-context.ts';
import type { AlertMessage } from './alert-state.ts';
import type { NamedReceiver, ReceiverKind } from './receiver-names.ts';
import { type AlertPorts, sendAlert } from './send-alert.ts';

export interface TestResult {
  readonly receiver: string;
  readonly kind: ReceiverKind;
  readonly ok: boolean;
  /** Why not, and what helps. */
  readonly reason?: string;
}

/** Sends a test alert to one receiver. Where alerts stay open until they are resolved, it is resolved at once. `testId` makes it one of its own. */
export async function sendTestAlert(named: NamedReceiver, testId: string, context: AlertContext, ports: AlertPorts): Promise<TestResult> {
  const changes = named.kind === 'pagerduty' || named.kind === 'alertmanager' ? (['test', 'resolved'] as const) : (['test'] as const);
  for (const change of changes) {
    const outcome = await sendAlert(named, testMessage(testId, change, context), context, ports);
    if (outcome.kind === 'failed') return { receiver: named.name, kind: named.kind, ok: false, reason: outcome.reason };
  }
  return { receiver: named.name, kind: named.kind, ok: true };
}

function testMessage(testId: string, change: 'test' | 'resolved', { project, nowMs }: AlertContext): AlertMessage {
  const incident: Incident = {
    kind: 'route', incidentId: testId, project, route: TEST_ROUTE, target: 'understudy/test', signal: 'refusal', state: change === 'test' ? 'open' : 'resolved', action: 'alert',
    openedAtMs: nowMs, ...(change === 'test' ? {} : { resolvedAtMs: nowMs }), statistic: 0, threshold: 0, signals: ['refusal'], done: [{ atMs: nowMs, text: 'this is a test: nothing is wrong, nothing is to be done' }],
  };
  return { id: `${testId}-${change}`, change, group: testId, items: [{ incident }], createdMs: nowMs, attempts: 0, refusals: 0, nextAttemptMs: nowMs };
}
