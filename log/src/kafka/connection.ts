import { type Socket, connect as connectPlain, isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import kafkajs, { type ISocketFactory, type Kafka, type SASLOptions } from 'kafkajs';
import { saysWhatMatters } from './connection-log.ts';
import { registerCodecs } from './codecs/register-codecs.ts';
import { calmRequestQueue } from './kafkajs-internals.ts';

/** Where Kafka is and who asks. */
export interface KafkaConnectionOptions {
  readonly brokers: readonly string[];
  readonly clientId?: string;
  /** `ca`: the certificates to trust, PEM. */
  readonly ssl?: boolean | { readonly ca?: string };
  readonly sasl?: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string };
}

/** A set of connections of its own. */
export interface KafkaConnection {
  readonly kafka: Kafka;
  /**
   * Ends every connection at once, and whatever waits for an answer fails. kafkajs itself keeps a connection that no longer answers and asks it again, for up to a
   * quarter of an hour (kafkajs issue 1783).
   */
  destroySockets(): void;
}

const CONNECT_WITHIN_MS = 3_000;
/** An answer that takes longer is not coming. Requests that wait by design (joining a group) add their own time. */
const ANSWER_WITHIN_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;

/** A new leader or a restarted broker is there within seconds; 16 tries from 0.1 s, doubling up to 2 s, take 25 s (kafkajs gives up after 5: its issue 1089). */
export const PATIENT_RETRY = { retries: 16, initialRetryTime: 100, maxRetryTime: 2_000 } as const;
/** For a person who waits at a terminal: an address where nobody listens is told within 2 s. */
export const IMPATIENT_RETRY = { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 } as const;

export type Retry = typeof PATIENT_RETRY | typeof IMPATIENT_RETRY;

/** `say` hears only what a person can act on, never a secret. */
export function openConnection(options: KafkaConnectionOptions, say: (text: string) => void, retry: Retry = PATIENT_RETRY): KafkaConnection {
  registerCodecs();
  calmRequestQueue();
  const sockets = new Set<Socket>();
  const kafka = new kafkajs.Kafka({
    brokers: [...options.brokers], clientId: options.clientId ?? 'understudy', connectionTimeout: CONNECT_WITHIN_MS, requestTimeout: ANSWER_WITHIN_MS, enforceRequestTimeout: true,
    retry: { ...retry }, logLevel: kafkajs.logLevel.WARN, logCreator: () => saysWhatMatters(say), socketFactory: keepingSockets(sockets),
    // Copies: kafkajs writes into what it is given.
    ...(options.ssl ? { ssl: options.ssl === true ? true : { ...options.ssl } } : {}), ...(options.sasl === undefined ? {} : { sasl: { ...options.sasl } as SASLOptions }),
  });
  return {
    kafka,
    destroySockets() {
      // With an error: kafkajs hears of no other end, and would leave whoever waits for an answer waiting.
      for (const socket of sockets) socket.destroy(new Error('the connection was given up'));
    },
  };
}

/** Every open socket is in the set. */
export function keepingSockets(sockets: Set<Socket>): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const named: ConnectionOptions = isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl ? connectTls({ host, port, ...named, ...ssl }, onConnect) : connectPlain({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.once('close', () => sockets.delete(socket));
    sockets.add(socket);
    return socket;
  };
}

/** What to tell at the start about a password that others can read on the network; undefined when nobody can. */
export function clearTextWarning({ brokers, ssl, sasl }: KafkaConnectionOptions): string | undefined {
  if (sasl === undefined || ssl) return undefined;
  const remote = brokers.find((address) => !isLoopback(address));
  if (remote === undefined) return undefined;
  const what = sasl.mechanism === 'plain' ? `The password of ${sasl.username} is sent to Kafka at ${remote} in clear` : `What ${sasl.username} reads and writes at ${remote}, and enough to guess the password by trying, goes over the network in clear`;
  return `${what}. Set KAFKA_SSL=1, and KAFKA_SSL_CA where the brokers' certificates are your own.`;
}

function isLoopback(address: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(address);
}
