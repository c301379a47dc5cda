import { fnv1a } from './hash32.ts';

/** Every topic of the event log: its name, its number of partitions and whether only the newest record of a key matters. */
export const TOPICS = {
  spans: { name: 'llm.spans', partitions: 4 },
  calls: { name: 'llm.calls', partitions: 4 },
  evidence: { name: 'llm.evidence', partitions: 4 },
  judgeRequests: { name: 'llm.judge-requests', partitions: 4 },
  judgements: { name: 'llm.judgements', partitions: 4 },
  /** Exactly one partition: whoever owns it is the controller's leader. */
  proposals: { name: 'llm.proposals', partitions: 1 },
  decisions: { name: 'llm.decisions', partitions: 4 },
  /** Exactly one partition: versions must arrive in one order. */
  overrides: { name: 'llm.overrides', partitions: 1 },
  deadLetters: { name: 'llm.dead-letters', partitions: 4 },
} as const;

export type TopicName = (typeof TOPICS)[keyof typeof TOPICS]['name'];

/** The partition of a key: FNV-1a (32 bit) of its UTF-16 code units, modulo the partitions. Stable across processes and languages. */
export function partitionOf(key: string, partitions: number): number {
  return (fnv1a(key) >>> 0) % partitions;
}

/** The key under which everything of one route is ordered. */
export function routeKey(project: string, route: string): string {
  return `${project}/${route}`;
}
