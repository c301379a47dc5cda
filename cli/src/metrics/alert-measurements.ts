import { readLedger } from '@understudy/evaluator/alerts/read-ledger';
import type { EventLog } from '@understudy/log/event-log';
import type { Measurement } from './measurement.ts';

/** What the leader tells of its alerts: the ledger is one for the installation. A log that does not answer leaves the values out. */
export async function alertMeasurements(log: Pick<EventLog, 'readState'>, leads: boolean): Promise<Measurement[]> {
  const ledger = leads ? await readLedger(log).catch(() => undefined) : undefined;
  const receivers = Object.entries(ledger?.receivers ?? {});
  const of = (value: (receiver: (typeof receivers)[number][1]) => number) => receivers.map(([receiver, each]) => ({ labels: { receiver }, value: value(each) }));
  return [
    { kind: 'counter', name: 'understudy_alerts_delivered_total', help: 'Messages that a receiver of alerts has taken; told by the leader.', values: of(({ deliveredCount }) => deliveredCount) },
    { kind: 'counter', name: 'understudy_alerts_given_up_total', help: 'Messages that could not be delivered, and are not tried any more.', values: of(({ deadCount }) => deadCount) },
    { kind: 'gauge', name: 'understudy_alerts_pending', help: 'Messages that are to be delivered.', values: of(({ outbox }) => outbox.length) },
    { kind: 'gauge', name: 'understudy_alerts_silences', help: 'Silences that are in force.', values: ledger === undefined ? [] : [{ labels: {}, value: ledger.silences.length }] },
  ];
}
