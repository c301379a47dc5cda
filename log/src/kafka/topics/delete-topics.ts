import type { KafkaConnectionOptions } from '../connection.ts';
import { withAdmin } from './topic-admin.ts';
import { topicPlans } from './topic-plan.ts';

/** Deletes the topics of one installation, with everything in them: for runs that had topics of their own. Without a prefix it refuses: those may be somebody's. */
export async function deleteTopics(connection: KafkaConnectionOptions, { prefix }: { readonly prefix: string }): Promise<void> {
  if (prefix === '') throw new TypeError('topics without a prefix are not deleted');
  await withAdmin(connection, 'deleting topics', async (admin) => {
    const wanted = new Set(topicPlans({ prefix }).map(({ topic }) => topic));
    const topics = (await admin.listTopics()).filter((topic) => wanted.has(topic));
    if (topics.length > 0) await admin.deleteTopics({ topics });
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(prefix));
    // A group that still has a member stays; it holds nothing but positions in topics that are gone.
    if (groups.length > 0) await admin.deleteGroups(groups).catch(() => undefined);
  });
}
