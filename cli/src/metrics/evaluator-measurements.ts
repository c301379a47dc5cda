import type { TopicName } from '@understudy/contracts/topics';
import type { EvaluatorObservation } from '@understudy/evaluator/observation';
import type { EventLog } from '@understudy/log/event-log';
import { alertMeasurements } from './alert-measurements.ts';
import type { Measurement } from './measurement.ts';

type Partitions = EvaluatorObservation['partitions'];

/** What a process of the evaluator tells of its roles. The lag is that of the whole group, also of what other processes serve. */
export async function evaluatorMeasurements(observation: EvaluatorObservation, log: Pick<EventLog, 'lag' | 'readState'>, nowMs: number): Promise<Measurement[]> {
  const { groups, partitions, detectors, newest, leadsEpoch } = observation;
  return [
    await lagOf(groups, log),
    gauge('understudy_role_healthy', '1 while a role has its place in its group and its steps succeed.', groups.map(({ group, topic, healthy }) => ({ labels: { group, topic }, value: Number(healthy) }))),
    gauge('understudy_role_partitions', 'Partitions that this process serves.', groups.map(({ group, topic }) => ({ labels: { group, topic }, value: partitions.filter((each) => each.group === group && each.topic === topic).length }))),
    ofPartitions('understudy_role_transactions_total', 'Steps that were committed: input position, outputs and state in one transaction.', partitions, ({ steps }) => steps),
    ofPartitions('understudy_role_records_total', 'Records that were read and committed.', partitions, ({ records }) => records),
    ofPartitions('understudy_role_handler_seconds_total', 'Time in the role itself, without the log.', partitions, ({ handlerMs }) => handlerMs / 1000),
    ofPartitions('understudy_role_failures_total', 'Steps that failed and were tried again.', partitions, ({ failures }) => failures),
    ofPartitions('understudy_role_fenced_total', 'Times that another process had taken the partition.', partitions, ({ fenced }) => fenced),
    counter('understudy_dropped_records_total', 'What could not be used and went to llm.dead-letters, by the class of its error.', deadLettersOf(partitions)),
    counter('understudy_detector_calls_total', 'Calls that were fed to detectors.', [{ labels: {}, value: detectors.observedCalls }]),
    counter('understudy_detector_seconds_total', 'Time that detectors and route states took.', [{ labels: {}, value: detectors.foldMs / 1000 }]),
    gauge('understudy_leader', '1 while this process leads.', [{ labels: {}, value: Number(leadsEpoch !== undefined) }]),
    ...(leadsEpoch === undefined ? [] : [gauge('understudy_leader_epoch', 'The epoch in which this process leads.', [{ labels: {}, value: leadsEpoch }])]),
    ...(await alertMeasurements(log, leadsEpoch !== undefined)),
    ...(newest === undefined ? [] : [
      gauge('understudy_override_age_seconds', 'Age of the newest snapshot that this process serves; SDKs drop it after 60 s.', [{ labels: {}, value: Math.max(0, nowMs - newest.issuedAt) / 1000 }]),
      gauge('understudy_override_epoch', 'Epoch of that snapshot.', [{ labels: {}, value: newest.epoch }]),
      gauge('understudy_override_version', 'Version of that snapshot.', [{ labels: {}, value: newest.version }]),
    ]),
  ];
}

/** A log that does not answer leaves the lag out; the rest is told all the same. */
async function lagOf(groups: readonly { group: string; topic: TopicName }[], log: Pick<EventLog, 'lag'>): Promise<Measurement> {
  const values = await Promise.all(groups.map(async ({ group, topic }) => ({ labels: { group, topic }, value: await log.lag(group, topic).catch(() => undefined) })));
  return gauge('understudy_role_lag_records', 'Records that a role has not read yet, over all partitions of its topic.', values.flatMap(({ labels, value }) => (value === undefined ? [] : [{ labels, value }])));
}

function deadLettersOf(partitions: Partitions): Measurement['values'] {
  return partitions.flatMap(({ group, topic, partition, counters }) => [...counters.deadLetters].map(([reason, value]) => ({ labels: { group, topic, partition: String(partition), reason }, value })));
}

function ofPartitions(name: string, help: string, partitions: Partitions, of: (counters: Partitions[number]['counters']) => number): Measurement {
  return counter(name, help, partitions.map(({ group, topic, partition, counters }) => ({ labels: { group, topic, partition: String(partition) }, value: of(counters) })));
}

function gauge(name: string, help: string, values: Measurement['values']): Measurement {
  return { kind: 'gauge', name, help, values };
}

function counter(name: string, help: string, values: Measurement['values']): Measurement {
  return { kind: 'counter', name, help, values };
}
