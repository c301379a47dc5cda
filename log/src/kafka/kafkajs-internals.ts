import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { ISocketFactory, LogEntry, SASLOptions } from 'kafkajs';

/**
 * What is used of kafkajs below its public classes, typed: its consumer cannot read by offset without a group, and its transactions cost four look-ups of
 * the coordinator each (docs/decisions/0018-below-the-classes-of-kafkajs.md). The version is pinned; nothing else in the project reaches into the library.
 */
const require = createRequire(import.meta.url);

export interface KafkajsBroker {
  connect(): Promise<void>;
  readonly connectionPool: { send(call: ProtocolCall<unknown>): Promise<unknown>; getConnectionByRequest(call: ProtocolCall<unknown>): Promise<KafkajsConnection> };
  lookupRequest(apiKey: number, definition: unknown): (parameters: object) => ProtocolCall<unknown>;
  initProducerId(parameters: { transactionalId: string; transactionTimeout: number }): Promise<{ producerId: string; producerEpoch: number }>;
  addPartitionsToTxn(parameters: ProducerIdentity & { topics: readonly { topic: string; partitions: readonly number[] }[] }): Promise<unknown>;
  addOffsetsToTxn(parameters: ProducerIdentity & { groupId: string }): Promise<unknown>;
  txnOffsetCommit(parameters: ProducerIdentity & { groupId: string; topics: readonly { topic: string; partitions: readonly { partition: number; offset: number }[] }[] }): Promise<unknown>;
  endTxn(parameters: ProducerIdentity & { transactionResult: boolean }): Promise<unknown>;
  findGroupCoordinator(parameters: { groupId: string; coordinatorType: number }): Promise<{ coordinator: { nodeId: number } }>;
}

/** A connection of kafkajs, as far as its own `send` uses it. */
export interface KafkajsConnection {
  readonly clientId: string;
  readonly socket: Socket;
  readonly sasl: object | null | undefined;
  readonly requestQueue: {
    push(request: { entry: object; expectResponse: boolean; requestTimeout: null; sendRequest: () => void }): void;
    maybeThrottle(throttleMs: number | undefined): void;
  };
  isConnected(): boolean;
  isAuthenticated(): boolean;
  nextCorrelationId(): number;
  send<Answer>(call: ProtocolCall<Answer>): Promise<Answer>;
}

export interface ProducerIdentity {
  readonly transactionalId: string;
  readonly producerId: string;
  readonly producerEpoch: number;
}

export interface KafkajsCluster {
  readonly brokerPool: {
    withBroker<Result>(callback: (found: { broker: KafkajsBroker }) => Promise<Result>): Promise<Result | null>;
  };
  connect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findBroker(options: { nodeId: number }): Promise<KafkajsBroker>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[];
}

/** One request and how its answer is read. */
export interface ProtocolCall<Answer> {
  readonly request: { readonly apiKey: number; readonly apiVersion: number; readonly apiName: string; encode(): Promise<KafkajsEncoder> };
  readonly response: { decode(payload: Buffer): Promise<Answer>; parse(decoded: Answer): Promise<Answer> };
  readonly requestTimeout?: number;
  readonly logResponseError?: boolean;
}

export interface KafkajsEncoder {
  writeBuffer(buffer: Buffer): KafkajsEncoder;
}

export interface ClusterOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl?: boolean | { readonly ca?: string };
  readonly sasl?: SASLOptions;
  readonly socketFactory: ISocketFactory;
  readonly logCreator: () => (entry: LogEntry) => void;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly retry: { readonly retries: number; readonly initialRetryTime: number; readonly maxRetryTime: number };
}

interface RequestQueue {
  readonly pending: readonly unknown[];
}

type Codec = { decompress(buffer: Buffer): Promise<Buffer> };

const Cluster: new (options: object) => KafkajsCluster = require('kafkajs/src/cluster');
const { createLogger }: { createLogger(options: object): unknown } = require('kafkajs/src/loggers');
const { requests }: { requests: Record<'Fetch' | 'Produce' | 'ListOffsets', unknown> } = require('kafkajs/src/protocol/requests');
const apiKeys: Record<'Fetch' | 'Produce' | 'ListOffsets', number> = require('kafkajs/src/protocol/requests/apiKeys');
const Encoder: new (initialSize?: number) => KafkajsEncoder = require('kafkajs/src/protocol/encoder');
const compression: { lookupCodecByAttributes(attributes: number): Codec | null } = require('kafkajs/src/protocol/message/compression');
const errors: { createErrorFromCode(code: number): Error & { type: string; retriable: boolean } } = require('kafkajs/src/protocol/error');
const RequestQueueClass: { prototype: { scheduleCheckPendingRequests(this: RequestQueue): void } } = require('kafkajs/src/network/requestQueue');

export const API_KEYS = apiKeys;
export const REQUESTS = requests;
export const lookupCodec = (attributes: number): Codec | null => compression.lookupCodecByAttributes(attributes);
export const errorOfCode = (code: number) => errors.createErrorFromCode(code);

export function encoderOf(payload: Buffer): KafkajsEncoder {
  return new Encoder(payload.byteLength).writeBuffer(payload);
}

/** Log levels of kafkajs: 1 errors, 2 warnings. */
const WARNINGS = 2;

export function createCluster({ logCreator, ...options }: ClusterOptions): KafkajsCluster {
  calmRequestQueue();
  return new Cluster({ ...options, logger: createLogger({ level: WARNINGS, logCreator }), enforceRequestTimeout: true, metadataMaxAge: 300_000, allowAutoTopicCreation: false, maxInFlightRequests: null });
}

/** False until the broker has told which requests it takes: kafkajs then has a stand-in for the look-up of their versions. */
export function isReady(broker: KafkajsBroker): boolean {
  return broker.lookupRequest.name !== 'notInitializedLookup';
}

/**
 * kafkajs starts a timer after every answer, with a time far in the past, which Node 24 warns of (kafkajs issue 1751, its fix is not released). The timer has
 * something to do only while requests wait.
 */
export function calmRequestQueue(): void {
  const { prototype } = RequestQueueClass;
  const { scheduleCheckPendingRequests } = prototype;
  if ('calm' in scheduleCheckPendingRequests) return;
  const calm = function (this: RequestQueue): void {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
  prototype.scheduleCheckPendingRequests = Object.assign(calm, { calm: true });
}
