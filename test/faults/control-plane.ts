import { randomUUID } from 'node:crypto';
import { createTopics } from '@understudy/log/kafka/topics/topics';
import { deleteTopics } from '@understudy/log/kafka/topics/delete-topics';
import { withoutServers } from '../support/child-program.ts';
import { startServers } from '../support/demo-servers.ts';
import { startEvaluatorProcess } from '../support/evaluator-process.ts';
import type { EvaluatorPlan } from '../support/fault-plan.ts';
import { startServerProcess } from '../support/server-process.ts';

/** What publishes and serves the overrides, in one life. */
export interface ControlPlane {
  readonly api: string;
  readonly ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

/** Where Understudy runs. */
export interface ControlPlanePlace {
  start(plan: EvaluatorPlan): Promise<ControlPlane>;
  /** From its return to the first call that follows news of it, at most. */
  readonly convergeMs: number;
  close(): Promise<void>;
}

/** A poll of the SDK comes at the latest 12 s after the one before, whatever became of the stream. */
const POLL_MS = 12_000;

export function inOneProcess(): ControlPlanePlace {
  return { start: startEvaluatorProcess, convergeMs: POLL_MS + 3_000, close: () => Promise.resolve() };
}

/** `evaluator` with all its roles over a broker and ClickHouse's HTTP interface. Who comes back waits until its dead predecessor is missed (6 s). */
export async function onKafka(brokers: readonly string[]): Promise<ControlPlanePlace> {
  const servers = await startServers(brokers);
  const prefix = `loss-${randomUUID()}.`;
  await createTopics({ brokers }, { prefix });
  return {
    convergeMs: POLL_MS + 15_000,
    async start({ dataDirectory, policyFile, port }) {
      const environment = { ...withoutServers(process.env), ...servers.environment, KAFKA_TOPIC_PREFIX: prefix, UNDERSTUDY_DATA: dataDirectory, UNDERSTUDY_POLICY: policyFile };
      const server = startServerProcess({ name: 'evaluator', args: ['evaluator', '--port', String(port)], environment });
      await server.ready;
      return { api: `http://127.0.0.1:${port}`, ended: server.ended, kill: server.kill };
    },
    async close() {
      await deleteTopics({ brokers }, { prefix });
      await servers.close();
    },
  };
}
