import { UnderstudyError } from '@understudy/contracts/problem';

/** Names of Kafka's protocol errors, as kafkajs spells them. */
const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING', 'TRANSACTION_COORDINATOR_FENCED']);
const STALE_METADATA = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION', 'REPLICA_NOT_AVAILABLE', 'FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH', 'KAFKA_STORAGE_ERROR']);
const STALE_COORDINATOR = new Set(['GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP', 'GROUP_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR', 'COORDINATOR_LOAD_IN_PROGRESS']);
const OTHER_RETRYABLE = new Set(['CONCURRENT_TRANSACTIONS', 'OPERATION_NOT_ATTEMPTED', 'REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'NETWORK_EXCEPTION', 'OFFSET_NOT_AVAILABLE', 'THROTTLING_QUOTA_EXCEEDED', 'UNKNOWN']);
const CONNECTION_TROUBLE = new Set(['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError', 'KafkaJSBrokerNotFound', 'KafkaJSLockTimeout', 'KafkaJSMetadataNotLoaded', 'KafkaJSTopicMetadataNotLoaded', 'KafkaJSGroupCoordinatorNotFound', 'KafkaJSNoBrokerAvailableError']);
const DENIED = new Set(['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'SASL_AUTHENTICATION_FAILED', 'ILLEGAL_SASL_STATE', 'UNSUPPORTED_SASL_MECHANISM']);
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** Another owner has the partition, or the broker has given this one up. */
export function isFenced(error: unknown): boolean {
  return FENCED.has(typeOf(error));
}

export function isStaleMetadata(error: unknown): boolean {
  return STALE_METADATA.has(typeOf(error)) || isConnectionTrouble(error);
}

export function isStaleCoordinator(error: unknown): boolean {
  return STALE_COORDINATOR.has(typeOf(error)) || isConnectionTrouble(error);
}

export function isConnectionTrouble(error: unknown): boolean {
  return chain(error).some((link) => CONNECTION_TROUBLE.has(link.name));
}

export function isTimeout(error: unknown): boolean {
  return chain(error).some((link) => link.name === 'KafkaJSRequestTimeoutError');
}

/** Trying the same again may succeed. */
export function isRetryable(error: unknown): boolean {
  const type = typeOf(error);
  return isConnectionTrouble(error) || STALE_METADATA.has(type) || STALE_COORDINATOR.has(type) || OTHER_RETRYABLE.has(type);
}

export function isTooLarge(error: unknown): boolean {
  return TOO_LARGE.has(typeOf(error));
}

export function isUnknownTopic(error: unknown): boolean {
  return typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** What went wrong while `doing`, told so that a person can act on it. */
export function explainProblem(error: unknown, doing: string): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  if (DENIED.has(typeOf(error)) || chain(error).some((link) => link.name === 'KafkaJSSASLAuthenticationError')) return denied(error, doing);
  if (isTooLarge(error)) {
    return problem('LOG_RECORD_TOO_LARGE', `Kafka refused a record as too large while ${doing}.`, 'Raise max.message.bytes of the topic (understudy topics shows it), or send smaller batches.', error);
  }
  return unavailable(doing, error);
}

/** Nothing is known about what was under way. */
export function unavailable(doing: string, cause: unknown): UnderstudyError {
  return problem('LOG_UNAVAILABLE', `Kafka did not answer while ${doing}: ${messageOf(cause)}.`, 'Check that the brokers in KAFKA_BROKERS run and can be reached; it is tried again.', cause, true);
}

/** As if a broker had answered so. */
export function errorOfType(type: string, message: string): Error {
  return Object.assign(new Error(message), { type });
}

/** In the shape of kafkajs' own. */
export function connectionError(message: string): Error {
  return Object.assign(new Error(message), { name: 'KafkaJSConnectionError' });
}

export function closed(): UnderstudyError {
  return problem('LOG_CLOSED', 'The event log is closed.', 'Open it again.', undefined);
}

function denied(error: unknown, doing: string): UnderstudyError {
  return problem('CONFIGURATION', `Kafka refused this user while ${doing}: ${messageOf(error)}.`, 'Check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and the password, and the rights of this user on topics, groups and transactional ids.', error);
}

function problem(code: string, message: string, fix: string, cause: unknown, retryable = false): UnderstudyError {
  return new UnderstudyError({ code, message, fix, retryable, cause });
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

/** kafkajs wraps what it has given up on. */
function typeOf(error: unknown): string {
  for (const link of chain(error)) if ('type' in link && typeof link.type === 'string') return link.type;
  return '';
}

function chain(error: unknown): Error[] {
  const links: Error[] = [];
  for (let link = error; link instanceof Error && links.length < 10; link = link.cause) links.push(link);
  return links;
}
