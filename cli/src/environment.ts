import { readFileSync } from 'node:fs';
import { UnderstudyError } from '@understudy/contracts/problem';
import type { ClickHouseOptions } from '@understudy/evaluator/store/clickhouse-address';
import type { KafkaConnectionOptions } from '@understudy/log/kafka/connection';
import { z } from 'zod';

/** The server's settings from the environment; the only place that reads it. */
export interface ServerEnvironment {
  readonly dataDirectory: string | undefined;
  readonly policyFile: string | undefined;
  readonly adminToken: string | undefined;
  /** Wanted of senders of telemetry off loopback; the admin token when it is not set. */
  readonly ingestToken: string | undefined;
  readonly signingKeyFile: string | undefined;
  /** Where people reach the API: the addresses in alerts begin with it. */
  readonly publicUrl: string | undefined;
}

export function serverEnvironment(): ServerEnvironment {
  const env = process.env;
  return {
    dataDirectory: textOf(env.UNDERSTUDY_DATA), policyFile: textOf(env.UNDERSTUDY_POLICY), signingKeyFile: textOf(env.UNDERSTUDY_SIGNING_KEY_FILE), publicUrl: textOf(env.UNDERSTUDY_PUBLIC_URL),
    adminToken: secretOf('UNDERSTUDY_ADMIN_TOKEN', env.UNDERSTUDY_ADMIN_TOKEN, env.UNDERSTUDY_ADMIN_TOKEN_FILE),
    ingestToken: secretOf('UNDERSTUDY_INGEST_TOKEN', env.UNDERSTUDY_INGEST_TOKEN, env.UNDERSTUDY_INGEST_TOKEN_FILE),
  };
}

/** A variable that the policy names (`env:NAME`). */
export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}

export interface KafkaEnvironment extends KafkaConnectionOptions {
  /** Before the names of topics, groups and transactions: several installations may share a cluster. */
  readonly topicPrefix: string;
}

const kafkaSchema = z.object({
  KAFKA_BROKERS: z.string().transform((text) => text.split(',').map((broker) => broker.trim())).pipe(z.array(z.string().regex(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, 'host:port, several with commas between them')).min(1)),
  KAFKA_TOPIC_PREFIX: z.string().regex(/^[a-zA-Z0-9._-]{0,100}$/, 'letters, digits, dots, dashes and underscores, 100 at most').default(''),
  KAFKA_SSL: z.enum(['0', '1'], '0 or 1').default('0'),
  KAFKA_SSL_CA: z.string().optional(),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'plain, scram-sha-256 or scram-sha-512').optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
});

/** Whether the event log is in Kafka. */
export function namesKafka(): boolean {
  return textOf(process.env.KAFKA_BROKERS) !== undefined;
}

/** Where Kafka is. Throws `CONFIGURATION` with the variable that is missing or wrong, never with a secret. */
export function kafkaEnvironment(): KafkaEnvironment {
  const env = process.env;
  if (textOf(env.KAFKA_BROKERS) === undefined) throw configuration('KAFKA_BROKERS is not set', 'Set it to host:port of one or more brokers, with commas between them. Without Kafka, `understudy dev` runs everything in one process.');
  const parsed = kafkaSchema.safeParse(Object.fromEntries(Object.entries(env).filter(([name, value]) => name.startsWith('KAFKA_') && value !== '')));
  if (!parsed.success) throw configuration(`${String(parsed.error.issues[0]?.path[0])} is not valid`, `Set it to ${parsed.error.issues[0]?.message}.`);
  const { KAFKA_SSL, KAFKA_SSL_CA } = parsed.data;
  const sasl = saslOf(parsed.data, secretOf('KAFKA_SASL_PASSWORD', env.KAFKA_SASL_PASSWORD, env.KAFKA_SASL_PASSWORD_FILE));
  return {
    brokers: parsed.data.KAFKA_BROKERS, topicPrefix: parsed.data.KAFKA_TOPIC_PREFIX,
    ...(KAFKA_SSL_CA === undefined ? (KAFKA_SSL === '1' ? { ssl: true } : {}) : { ssl: { ca: readText('KAFKA_SSL_CA', KAFKA_SSL_CA) } }),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

function saslOf(env: z.output<typeof kafkaSchema>, password: string | undefined): KafkaConnectionOptions['sasl'] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username } = env;
  if (mechanism === undefined && username === undefined && password === undefined) return undefined;
  if (mechanism === undefined || username === undefined || password === undefined) throw configuration('KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD belong together, and not all of them are set', 'Set all three (the password also by KAFKA_SASL_PASSWORD_FILE), or none.');
  return { mechanism, username, password };
}

/** Where ClickHouse is. Throws `CONFIGURATION` when it is not said. */
export function clickHouseEnvironment(): ClickHouseOptions {
  const env = process.env;
  const url = textOf(env.CLICKHOUSE_URL);
  if (url === undefined) throw configuration('CLICKHOUSE_URL is not set', 'Set it to the HTTP address of ClickHouse, such as http://127.0.0.1:8123; the roles score and decide run without it.');
  return {
    url,
    ...definedOnly({
      username: textOf(env.CLICKHOUSE_USER), password: secretOf('CLICKHOUSE_PASSWORD', env.CLICKHOUSE_PASSWORD, env.CLICKHOUSE_PASSWORD_FILE),
      database: textOf(env.CLICKHOUSE_DATABASE), cluster: textOf(env.CLICKHOUSE_CLUSTER),
    }),
  };
}

function definedOnly(values: Readonly<Record<string, string | undefined>>): Partial<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** A secret stands in its variable, or in the file that NAME_FILE names: what containers mount. */
function secretOf(name: string, value: string | undefined, file: string | undefined): string | undefined {
  if (textOf(value) !== undefined) return value;
  if (textOf(file) === undefined) return undefined;
  const secret = readText(`${name}_FILE`, file ?? '').trim();
  if (secret === '') throw configuration(`the file that ${name}_FILE names is empty`, 'Write the secret into it.');
  return secret;
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw configuration(`the file that ${name} names cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, `Set ${name} to the path of a file that this user may read.`);
  }
}

function textOf(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

function configuration(message: string, fix: string): UnderstudyError {
  return new UnderstudyError({ code: 'CONFIGURATION', message, fix });
}

/** npm ends its own shell on SIGTERM and leaves what that started behind: such a process has to notice by itself. */
export function isStartedByNpm(): boolean {
  return process.env.npm_command !== undefined;
}
