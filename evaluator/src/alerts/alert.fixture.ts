import type { Incident } from '@understudy/contracts/incident';
import { type AlertReceiver, alertReceiversSchema } from '@understudy/contracts/policy-alerts';
import type { AlertItem, AlertMessage, MessageChange } from './alert-state.ts';
import { type NamedReceiver, namedReceivers } from './receiver-names.ts';

export const T0 = 1_800_000_000_000;

/** An incident of one route, as decide opens it. */
export function incidentOf(route: string, facts: Partial<Incident> = {}): Incident {
  return {
    kind: 'route', incidentId: `inc-${route}`, project: 'default', route, target: 'openai/large', signal: 'refusal', state: 'open', action: 'switch', beganAtMs: T0 - 60_000, openedAtMs: T0,
    statistic: 2e5, threshold: 1e5, baseline: 0.01, observed: 0.6, signals: ['refusal'], fallback: 'openai/small', done: [{ atMs: T0, text: 'openai/small serves 100 % (version 0.4)' }], ...facts,
  };
}

export function resolved(incident: Incident, atMs: number): Incident {
  return { ...incident, state: 'resolved', resolvedAtMs: atMs };
}

/** Receivers as a policy names them. */
export function receiversOf(...texts: object[]): NamedReceiver[] {
  return namedReceivers(alertReceiversSchema.parse(texts) as AlertReceiver[]);
}

export const WEBHOOK = { name: 'hook', webhook: 'http://hooks.example.com/a', secret: 'env:HOOK_SECRET' };

export function messageOf(change: MessageChange, items: AlertItem[], id = `${items[0]?.incident.incidentId}-${change}`): AlertMessage {
  return { id, change, group: items[0]?.incident.incidentId ?? '', items, createdMs: T0, attempts: 0, refusals: 0, nextAttemptMs: T0 };
}
