import type { OverrideRecord } from '@understudy/contracts/snapshot';
import type { TopicName } from '@understudy/contracts/topics';
import type { DetectorCounters } from './roles/detector-counters.ts';
import type { RoleCounters } from './roles/role-counters.ts';
import type { ServedPartitions } from './roles/serve-partitions.ts';

/** What a running evaluator tells of itself, for metrics. */
export interface EvaluatorObservation {
  readonly groups: readonly { readonly group: string; readonly topic: TopicName; readonly healthy: boolean }[];
  readonly partitions: readonly { readonly group: string; readonly topic: TopicName; readonly partition: number; readonly counters: Readonly<RoleCounters> }[];
  readonly detectors: Readonly<DetectorCounters>;
  /** The newest snapshot that this process has seen; undefined where it does not follow them. */
  readonly newest: Pick<OverrideRecord, 'epoch' | 'version' | 'issuedAt'> | undefined;
  /** The epoch in which this process leads; undefined while it does not. */
  readonly leadsEpoch: number | undefined;
}

export function observeRoles(parts: { served: readonly ServedPartitions[]; detectors: DetectorCounters; newest: OverrideRecord | undefined; epoch: number | undefined }): EvaluatorObservation {
  return {
    groups: parts.served.map((served) => ({ group: served.group, topic: served.topic, healthy: served.trouble() === undefined })),
    partitions: parts.served.flatMap((served) => served.roles().map((role) => ({ group: role.group, topic: role.topic, partition: role.partition, counters: role.counters }))),
    detectors: parts.detectors, newest: parts.newest, leadsEpoch: parts.epoch,
  };
}
