import { Command, InvalidArgumentError } from 'commander';
import { clearTextWarning } from '@understudy/log/kafka/connection';
import type { TopicDifference } from '@understudy/log/kafka/topics/topic-differences';
import { type CreatedTopic, checkTopics, createTopics, repairTopics } from '@understudy/log/kafka/topics/topics';
import { jsonOption } from '../api-client.ts';
import { kafkaEnvironment } from '../environment.ts';
import { EXIT } from '../exit-codes.ts';
import { printableLines } from '../table.ts';

interface Flags {
  readonly check?: boolean;
  readonly repair?: boolean;
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly json?: boolean;
}

interface Outcome {
  readonly created: readonly CreatedTopic[];
  readonly repaired: readonly TopicDifference[];
  readonly differences: readonly TopicDifference[];
}

export function topicsCommand(): Command {
  return new Command('topics')
    .description('creates the topics that are missing in the Kafka cluster of KAFKA_BROKERS, and says where one is not as it should be')
    .option('--check', 'change nothing; exit 1 when anything is missing or differs')
    .option('--repair', 'set the settings that differ, too; what was set beyond them stays')
    .option('--partitions <number>', 'of every topic that may have more than one, when it is created (default 4; 16 for the changelog, or more)', positiveInteger)
    .option('--replication-factor <number>', 'copies of each partition (default 3 where there are so many brokers, else 1)', positiveInteger)
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const outcome = await run(flags);
      console.log(flags.json ? JSON.stringify({ ok: outcome.differences.length === 0, ...outcome }) : text(outcome));
      if (failed(outcome, flags)) process.exitCode = EXIT.failed;
    });
}

async function run({ check, repair, partitions, replicationFactor }: Flags): Promise<Outcome> {
  const { topicPrefix: prefix, ...connection } = kafkaEnvironment();
  const warning = clearTextWarning(connection);
  if (warning !== undefined) console.error(warning);
  const options = { prefix, ...(partitions === undefined ? {} : { partitions }), ...(replicationFactor === undefined ? {} : { replicationFactor }) };
  const created = check ? [] : await createTopics(connection, options);
  const repaired = repair && !check ? await repairTopics(connection, options) : [];
  return { created, repaired, differences: await checkTopics(connection, options) };
}

/** Without --check a setting that somebody chose otherwise is told and no failure: a start script goes on. A wrong number of partitions is one: roles would share what only one may do. */
function failed({ differences }: Outcome, { check }: Flags): boolean {
  return check ? differences.length > 0 : differences.some(({ kind }) => kind === 'partitions' || kind === 'missing');
}

function text({ created, repaired, differences }: Outcome): string {
  const lines = [
    ...created.map(({ topic, partitions, replicationFactor }) => `created ${topic}: ${count(partitions, 'partition')}, ${replicationFactor === 1 ? '1 copy' : `${replicationFactor} copies`}`),
    ...repaired.flatMap((difference) => (difference.kind === 'config' ? [`set ${difference.topic}: ${difference.name} from ${difference.actual} to ${difference.expected}`] : [])),
    ...differences.map((difference) => `${sentence(difference)}\n  → ${difference.fix}`),
    ...(differences.length === 0 ? ['All topics are as they should be.'] : []),
  ];
  return printableLines(lines.join('\n'));
}

function sentence(difference: TopicDifference): string {
  const { topic } = difference;
  switch (difference.kind) {
    case 'missing': return `${topic} does not exist`;
    case 'partitions': return `${topic} has ${count(difference.actual, 'partition')}, not ${difference.expected}`;
    case 'replication': return `${topic} has ${difference.actual === 1 ? '1 copy' : `${difference.actual} copies`} of a partition, not ${difference.expected}`;
    case 'config': return `${topic}: ${difference.name} is ${difference.actual}, should be ${difference.expected}`;
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function positiveInteger(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new InvalidArgumentError('give a whole number of at least 1');
  return number;
}
