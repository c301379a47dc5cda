import { describeEventLog } from '../conformance.ts';
import { describeWithKafka } from './test-support/describe-with-kafka.ts';
import { createKafkaStorage } from './test-support/temporary-kafka-storage.ts';

describeWithKafka('with a broker', (brokers) => describeEventLog('Kafka', () => createKafkaStorage(brokers), { randomRuns: 15 }));
