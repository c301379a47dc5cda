import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import { type KafkaConnectionOptions, openConnection } from '../connection.ts';
import type { GroupEvent, GroupTimes } from './place-in-group.ts';
import { stickyAssigner } from './sticky-assigner.ts';
import type { Claim } from './sticky-assignment.ts';

export interface GroupConsumerOptions {
  readonly connection: KafkaConnectionOptions;
  readonly groupId: string;
  readonly topic: string;
  readonly times: GroupTimes;
  readonly claim: () => Claim;
  readonly say: (text: string) => void;
  readonly onEvent: (event: GroupEvent) => void;
  /** Once, unless it was stopped: it does nothing more then. */
  readonly onEnded: (error: unknown) => void;
}

/** One life of a consumer that is only a member of its group, and reads nothing. */
export interface GroupConsumer {
  /** Leaves the group where that is possible in this time, and ends the connections in any case. */
  stop(withinMs: number): Promise<void>;
}

/** Members hear of a change of the group with their next heartbeat: who leaves is replaced within little more than this. */
const HEARTBEAT_MS = 1_000;
/** kafkajs sends heartbeats between two fetches, and pauses so long where all partitions are paused. */
const BETWEEN_HEARTBEATS_MS = 200;
/** Then it is given up and made anew (`joinGroup`), so that no state of a broken one is left. */
const RETRY = { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 };

export function startGroupConsumer(options: GroupConsumerOptions): GroupConsumer {
  const { connection, groupId, topic, times, claim, say } = options;
  const { kafka, destroySockets } = openConnection(connection, say);
  const consumer = kafka.consumer({
    groupId, sessionTimeout: times.sessionTimeoutMs, rebalanceTimeout: times.rebalanceTimeoutMs, heartbeatInterval: HEARTBEAT_MS, maxWaitTimeInMs: BETWEEN_HEARTBEATS_MS, allowAutoTopicCreation: false,
    partitionAssigners: [stickyAssigner(topic, claim)], retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
  });
  let over = false;
  const end = (error: unknown): void => {
    if (over) return;
    over = true;
    // kafkajs may still wait for an answer, or have begun to.
    void consumer.disconnect().catch(() => undefined).finally(destroySockets);
    options.onEnded(error);
  };
  const joined = listen(consumer, topic, (event) => { if (!over) options.onEvent(event); }, end);
  run(consumer, topic).catch(end);
  return {
    async stop(withinMs) {
      const wasOver = over;
      over = true;
      if (!wasOver) await Promise.race([leave(consumer, joined), pause(withinMs, undefined, { ref: false })]);
      destroySockets();
    },
  };
}

/** Resolves at the first join. */
function listen(consumer: Consumer, topic: string, onEvent: (event: GroupEvent) => void, onCrash: (error: unknown) => void): Promise<void> {
  const { GROUP_JOIN, HEARTBEAT, REBALANCING, CRASH } = consumer.events;
  consumer.on(HEARTBEAT, () => onEvent({ kind: 'heartbeat' }));
  consumer.on(REBALANCING, () => onEvent({ kind: 'rebalancing' }));
  consumer.on(CRASH, ({ payload }) => onCrash(payload.error));
  return new Promise((resolve) => {
    consumer.on(GROUP_JOIN, ({ payload }) => {
      resolve();
      onEvent({ kind: 'joined', partitions: payload.memberAssignment[topic] ?? [] });
    });
  });
}

async function run(consumer: Consumer, topic: string): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topic });
  const running = consumer.run({ autoCommit: false, eachBatch: () => Promise.reject(new Error('a consumer that is only a member has read a record')) });
  // The whole topic, before the first assignment arrives; it lasts as long as the consumer does. What is paused is not fetched.
  consumer.pause([{ topic }]);
  await running;
}

/** kafkajs leaves a group only once it runs, which is a moment after it has joined: else it would be missed by the others for a session. */
async function leave(consumer: Consumer, joined: Promise<void>): Promise<void> {
  await joined;
  await nextTurn();
  await consumer.disconnect().catch(() => undefined);
}
