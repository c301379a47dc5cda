import { randomUUID } from 'node:crypto';
import { openClickHouseStore } from '@understudy/evaluator/store/clickhouse-store';
import { createTopics } from '@understudy/log/kafka/topics/topics';
import { deleteTopics } from '@understudy/log/kafka/topics/delete-topics';
import { clickHouseEnvironment, kafkaEnvironment } from '../environment.ts';

export interface OwnTopics {
  /** What the servers of this run are told: names that nobody else uses. */
  readonly environment: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/** Topics and a database for one run of the demo, on the servers that `KAFKA_BROKERS` and `CLICKHOUSE_URL` name. Nothing else there is touched. */
export async function makeOwnTopics(): Promise<OwnTopics> {
  const name = `understudy_demo_${randomUUID().slice(0, 8)}`;
  const { topicPrefix, ...connection } = kafkaEnvironment();
  const prefix = `${topicPrefix}${name}.`;
  const store = { ...clickHouseEnvironment(), database: name };
  await createTopics(connection, { prefix });
  return {
    environment: { ...serverVariables(process.env), KAFKA_TOPIC_PREFIX: prefix, CLICKHOUSE_DATABASE: name },
    async remove() {
      await deleteTopics(connection, { prefix });
      const opened = openClickHouseStore(store);
      await opened.command(`DROP DATABASE IF EXISTS \`${name}\``).finally(() => opened.close());
    },
  };
}

function serverVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([variable]) => /^(KAFKA|CLICKHOUSE)_/.test(variable)));
}
