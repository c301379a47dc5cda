import type { Admin } from 'kafkajs';
import { type KafkaConnectionOptions, IMPATIENT_RETRY, openConnection } from '../connection.ts';
import { connectionMisconfigured } from '../connection-problems.ts';
import { explainProblem } from '../problems.ts';

/** Runs `work` with an admin client; what fails is told so that a person can act on it. */
export async function withAdmin<Result>(connection: KafkaConnectionOptions, doing: string, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  // What fails is in the error.
  const { kafka, destroySockets } = openConnection(connection, () => undefined, IMPATIENT_RETRY);
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw connectionMisconfigured(error) ?? explainProblem(error, doing);
  } finally {
    await admin.disconnect().catch(() => undefined);
    destroySockets();
  }
}
