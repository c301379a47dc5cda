import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { openConnection } from '../connection.ts';
import { describeWithKafka } from '../test-support/describe-with-kafka.ts';
import { GroupMembers, share, until } from '../test-support/group-members.ts';

const PARTITIONS = 4;
/** A session, and the time until the coordinator has told everybody, on a busy machine. */
const TAKEOVER_MS = 15_000;

describeWithKafka('members of a group', (brokers) => {
  const connection = { brokers };
  const topic = `members-${randomUUID().slice(0, 8)}`;
  const { kafka, destroySockets } = openConnection(connection, () => undefined);
  const admin = kafka.admin();

  beforeAll(async () => {
    await admin.connect();
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: PARTITIONS }, { topic: `${topic}-single`, numPartitions: 1 }] });
  });
  afterAll(async () => {
    await admin.disconnect();
    destroySockets();
  });

  const newGroup = (ofTopic = topic): GroupMembers => {
    const members = new GroupMembers(connection, `group-${randomUUID().slice(0, 8)}`, ofTopic);
    onTestFinished(() => members.leaveAll());
    return members;
  };

  it('share the partitions; of a third one\'s coming each hears, and only its share moves', async () => {
    const group = newGroup();
    const first = group.join();
    await until('the first has all', TAKEOVER_MS, () => share([first], PARTITIONS));
    const second = group.join();
    await until('both share', TAKEOVER_MS, () => share([first, second], PARTITIONS));
    const before = [first.has(), second.has()];
    const third = group.join();
    await until('all three share', TAKEOVER_MS, () => share([first, second, third], PARTITIONS));
    const moved = [first, second].flatMap((member, index) => before[index]?.filter((partition) => !member.has()?.includes(partition)) ?? []);
    expect(moved).toEqual(third.has());
    expect([first, second, third].every(({ subscription }) => subscription.healthy())).toBe(true);
  });

  it('leave at once: the others have what one had within moments', async () => {
    const group = newGroup();
    const [stays, leaves] = [group.join(), group.join()];
    await until('both share', TAKEOVER_MS, () => share([stays, leaves], PARTITIONS));
    const heardBefore = leaves.heard.length;
    const taken = until('the other has all', 5_000, () => share([stays], PARTITIONS));
    await leaves.subscription.leave();
    console.log(`after a leave the others had all within ${await taken} ms`);
    expect(leaves.subscription.healthy()).toBe(false);
    await pause(300);
    expect(leaves.heard).toHaveLength(heardBefore);
  });

  it('do not take the only partition from its owner by joining', async () => {
    const group = newGroup(`${topic}-single`);
    const leader = group.join();
    await until('the first leads', TAKEOVER_MS, () => share([leader], 1));
    const others = [group.join(), group.join(), group.join()];
    await until('all have joined', TAKEOVER_MS, () => others.every((other) => other.has() !== undefined));
    expect(leader.has()).toEqual([0]);
    await leader.subscription.leave();
    await until('one of the others leads', 5_000, () => share(others, 1));
  });

  it('never fetch a record, and stay members all the same', async () => {
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({ topic, messages: Array.from({ length: 40 }, (_, index) => ({ value: 'x', partition: index % PARTITIONS })) });
    await producer.disconnect();
    const group = newGroup();
    const sent = countRequests();
    const member = group.join();
    await until('it has all', TAKEOVER_MS, () => share([member], PARTITIONS));
    // Longer than a session: only heartbeats keep it in.
    await pause(7_500);
    expect(sent.get(API_KEY.fetch)).toBeUndefined();
    expect(sent.get(API_KEY.heartbeat)).toBeGreaterThan(4);
    expect(member.heard).toHaveLength(1);
    expect(member.subscription.healthy()).toBe(true);
  });

  it('are missed when they are killed', async () => {
    const group = newGroup();
    const survivor = group.join();
    const victim = group.joinElsewhere();
    await until('both share', TAKEOVER_MS, () => share([survivor, victim], PARTITIONS));
    victim.process.kill('SIGKILL');
    console.log(`after a SIGKILL the survivor had all within ${await until('the survivor has all', TAKEOVER_MS, () => share([survivor], PARTITIONS))} ms`);
  });

  it('hear of their loss before they are given anything again, when they were stopped for a while', async () => {
    const group = newGroup();
    const other = group.join();
    const stopped = group.joinElsewhere();
    await until('both share', TAKEOVER_MS, () => share([other, stopped], PARTITIONS));
    const before = stopped.heard.length;
    const kept = other.has();
    stopped.process.kill('SIGSTOP');
    console.log(`after a SIGSTOP the other had all within ${await until('the other has all', TAKEOVER_MS, () => share([other], PARTITIONS))} ms`);
    await pause(2_000);
    stopped.process.kill('SIGCONT');
    console.log(`after a SIGCONT both shared again within ${await until('both share again', TAKEOVER_MS, () => stopped.heard.length > before + 1 && share([other, stopped], PARTITIONS))} ms`);
    expect(stopped.heard[before]).toEqual([]);
    expect(kept).toHaveLength(PARTITIONS / 2);
  });

  it('end balanced when many come and go within seconds', async () => {
    const group = newGroup();
    const stays = [group.join(), group.join()];
    for (let round = 0; round < 10; round++) {
      const passing = group.join();
      await pause(150 + 50 * (round % 4));
      void passing.subscription.leave();
    }
    const last = group.join();
    console.log(`after 10 joins and leaves it was balanced within ${await until('the rest shares', 40_000, () => share([...stays, last], PARTITIONS))} ms`);
    await pause(2_000);
    expect(share([...stays, last], PARTITIONS)).toBe(true);
  }, 60_000);
});

const API_KEY = { fetch: 1, heartbeat: 12 } as const;

/** What this process sends from now on, by the number of the request: it comes after 4 bytes of length. */
function countRequests(): ReadonlyMap<number, number> {
  const sent = new Map<number, number>();
  const { write } = Socket.prototype;
  const spy = vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...args: unknown[]) {
    const [data] = args;
    if (Buffer.isBuffer(data) && data.length > 6) sent.set(data.readInt16BE(4), (sent.get(data.readInt16BE(4)) ?? 0) + 1);
    return Reflect.apply(write, this, args) as boolean;
  });
  onTestFinished(() => spy.mockRestore());
  return sent;
}
