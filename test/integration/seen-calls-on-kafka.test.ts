import { TOPICS } from '@understudy/contracts/topics';
import { seenCallsBefore } from '@understudy/evaluator/roles/decide';
import { createKafkaStorage } from '@understudy/log/kafka/test-support/temporary-kafka-storage';
import { describeWithKafka } from '@understudy/log/kafka/test-support/describe-with-kafka';
import { expect, it } from 'vitest';

describeWithKafka('the calls that decide has seen', (brokers) => {
  it('are known again after a take-over, also where the evidence ends with the end of a transaction', async () => {
    const storage = await createKafkaStorage(brokers);
    try {
      const log = await storage.open();
      const evidence = { kind: 'scores', v: 1, project: 'p', route: 'r', atMs: Date.now(), targets: ['t'], scores: [{ traceId: '1'.repeat(32), spanId: '2'.repeat(16), target: 't', purpose: 'serve', signals: { error: 0 } }] };
      await log.append([{ topic: TOPICS.spans.name, partition: 0, value: Buffer.from('a span') }]);
      const score = await log.acquire('score', TOPICS.spans.name, 0);
      await score.step(() => ({ outputs: [{ topic: TOPICS.evidence.name, partition: 0, value: Buffer.from(JSON.stringify(evidence)) }] }));
      const decide = await log.acquire('decide', TOPICS.evidence.name, 0);
      const outcome = await decide.step(() => ({ outputs: [] }));
      const nextOffset = outcome.kind === 'committed' ? outcome.nextOffset : 0;
      expect(nextOffset).toBeGreaterThan(0);
      const seen = await seenCallsBefore(log, 0, nextOffset);
      expect(seen.isRepeat('1'.repeat(32), '2'.repeat(16), evidence.atMs)).toBe(true);
      expect(seen.isRepeat('1'.repeat(32), '3'.repeat(16), evidence.atMs)).toBe(false);
    } finally {
      await storage.destroy();
    }
  });
});
