import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openConnection } from '@understudy/log/kafka/connection';
import { GroupMembers, share, until } from '@understudy/log/kafka/test-support/group-members';
import { expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../support/free-port.ts';
import { describeWithOwnBroker } from '../support/kafka-broker/describe-with-own-broker.ts';
import { KafkaBroker } from '../support/kafka-broker/kafka-broker.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const PARTITIONS = 4;

async function createTopic(brokers: readonly string[], topic: string): Promise<void> {
  const { kafka, destroySockets } = openConnection({ brokers }, () => undefined);
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: false });
  await admin.disconnect();
  destroySockets();
}

function newGroup(brokers: readonly string[], topic: string): GroupMembers {
  const members = new GroupMembers({ brokers }, `group-${randomUUID().slice(0, 8)}`, topic);
  onTestFinished(() => members.leaveAll());
  return members;
}

describeWithOwnBroker('members of a group whose broker fails', () => {
  it('are members again after it was killed and started again, and keep what they had', async () => {
    const broker = await KafkaBroker.start();
    onTestFinished(() => broker.stop());
    await createTopic([broker.brokers], 'work');
    const group = newGroup([broker.brokers], 'work');
    const members = [group.join(), group.join()];
    await until('both share', 20_000, () => share(members, PARTITIONS));
    const before = members.map((member) => ({ has: member.has(), heard: member.heard.length }));
    await broker.kill('SIGKILL');
    // Longer than a session: else nobody has to join again.
    await pause(7_000);
    await broker.start();
    const tookMs = await until('both are members again', 40_000, () => members.every((member, index) => member.heard.length > (before[index]?.heard ?? 0) && member.subscription.healthy()) && share(members, PARTITIONS));
    console.log(`after the broker was back both were members again within ${tookMs} ms`);
    expect(members.map((member) => member.has())).toEqual(before.map(({ has }) => has));
    // Away for less than a session, or just longer: nothing moves.
    await broker.restart('SIGKILL');
    await until('both are members, as before', 40_000, () => members.every((member) => member.subscription.healthy()) && share(members, PARTITIONS));
    await pause(7_000);
    expect(members.map((member) => ({ healthy: member.subscription.healthy(), has: member.has() }))).toEqual(before.map(({ has }) => ({ healthy: true, has })));
  }, 120_000);

  it('become members once there is a broker, and once there is a topic, and say what they wait for', async () => {
    const broker = await KafkaBroker.start();
    onTestFinished(() => broker.stop());
    await broker.kill('SIGKILL');
    const member = newGroup([broker.brokers], 'later').join();
    await until('it says that nobody answers', 10_000, () => member.said.some((text) => text.includes('cannot be reached')));
    expect(member.subscription.healthy()).toBe(false);
    await broker.start();
    await until('it says that there is no topic', 40_000, () => member.said.some((text) => text.includes('understudy topics')));
    await createTopic([broker.brokers], 'later');
    console.log(`after its topic was there it was a member within ${await until('it has all', 20_000, () => share([member], PARTITIONS))} ms`);
    expect(member.subscription.healthy()).toBe(true);
  }, 90_000);

  it('report that they have lost their partitions while the broker stands still, and have them again when it goes on', async () => {
    const broker = await KafkaBroker.start();
    onTestFinished(() => broker.stop());
    await createTopic([broker.brokers], 'work');
    const member = newGroup([broker.brokers], 'work').join();
    await until('it has all', 20_000, () => share([member], PARTITIONS));
    await broker.pause();
    const lostMs = await until('it has none', 10_000, () => member.has()?.length === 0);
    expect(member.subscription.healthy()).toBe(false);
    await pause(20_000 - lostMs);
    await broker.resume();
    console.log(`lost after ${lostMs} ms of silence; after 20 s of it a member again within ${await until('it has all again', 40_000, () => share([member], PARTITIONS) && member.subscription.healthy())} ms`);
  }, 90_000);

  it('make new connections in place of those that have died without a word', async () => {
    const [proxyPort = 0] = await freePorts(1);
    const broker = await KafkaBroker.start({ advertisedPort: proxyPort });
    onTestFinished(() => broker.stop());
    const proxy = await startTcpProxy(broker.port, proxyPort);
    onTestFinished(() => proxy.close());
    await createTopic([`127.0.0.1:${proxyPort}`], 'work');
    const member = newGroup([`127.0.0.1:${proxyPort}`], 'work').join();
    await until('it has all', 20_000, () => share([member], PARTITIONS));
    proxy.silence();
    const lostMs = await until('it has none', 10_000, () => member.has()?.length === 0);
    console.log(`a connection without a word: lost after ${lostMs} ms, member again ${await until('it has all again', 40_000, () => share([member], PARTITIONS) && member.subscription.healthy())} ms later`);
  }, 90_000);
});
