import { askForKafka } from '@understudy/log/kafka/test-support/describe-with-kafka';
import { describe, it } from 'vitest';

/** A describe whose tests start brokers of their own with KafkaBroker.start. Skipped, or failed with CI=true, where this machine cannot. */
export function describeWithOwnBroker(name: string, declareTests: () => void): void {
  describe(name, async () => {
    const offer = await askForKafka('own-broker');
    if (offer.kind === 'absent') it.skip(`needs Kafka: ${offer.reason}`, () => undefined);
    else declareTests();
  });
}
