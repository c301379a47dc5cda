/** Kafka's name of a group on one topic. A group has a place of its own for each topic it reads: whoever joins for one topic does not disturb the others. */
export function groupIdOf(prefix: string, group: string, topic: string): string {
  return `${prefix}${group}.${topic}`;
}
