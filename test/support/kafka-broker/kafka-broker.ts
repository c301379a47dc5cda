import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calmRequestQueue } from '@understudy/log/kafka/kafkajs-internals';
import { Kafka, logLevel } from 'kafkajs';
import { waitUntil } from '../wait-until.ts';
import { type BrokerOptions, type BrokerStore, formatStore, javaArguments } from './broker-store.ts';
import { KAFKA_NEEDS, resolveKafka } from './resolve-kafka.ts';

const READY_WITHIN_MS = 60_000;
const HEAP_MEGABYTES = 512;

/** One Apache Kafka broker on loopback that can be killed, paused and started again on the same store and the same ports. */
export class KafkaBroker {
  readonly #classPath: string;
  readonly #store: BrokerStore;
  readonly #heapMegabytes: number;
  #java: ChildProcess | undefined;

  private constructor(classPath: string, store: BrokerStore, heapMegabytes: number) {
    this.#classPath = classPath;
    this.#store = store;
    this.#heapMegabytes = heapMegabytes;
  }

  /** A broker that answers. Throws where Java or Maven is missing, with what to install. */
  static async start(options: BrokerOptions = {}): Promise<KafkaBroker> {
    const classPath = await resolveKafka();
    if (classPath === undefined) throw new Error(`an Apache Kafka broker needs ${KAFKA_NEEDS}`);
    const broker = new KafkaBroker(classPath, await formatStore(classPath, options), options.heapMegabytes ?? HEAP_MEGABYTES);
    try {
      await broker.start();
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return broker;
  }

  /** The plain listener, as KAFKA_BROKERS has it. */
  get brokers(): string { return `127.0.0.1:${this.port}`; }
  get port(): number { return this.#store.ports.plain; }
  get tlsBrokers(): string { return address(this.#store.ports.tls, 'tls'); }
  get saslBrokers(): string { return address(this.#store.ports.sasl, 'users'); }
  get saslTlsBrokers(): string { return address(this.#store.ports.saslTls, 'tls and users'); }
  /** Path of the PEM file that clients of the TLS listeners are to trust. */
  get certificateAuthority(): string {
    if (this.#store.certificate === undefined) throw new Error('this broker was started without tls');
    return this.#store.certificate.certificate;
  }

  /** Of the JVM; undefined while none runs. */
  get pid(): number | undefined { return this.#java?.pid; }
  get directory(): string { return this.#store.directory; }
  log(): Promise<string> { return readFile(join(this.#store.directory, 'broker.log'), 'utf8'); }

  /** Starts the JVM again on the same store and resolves when it answers. */
  async start(): Promise<void> {
    if (this.#java !== undefined) throw new Error('the broker runs already');
    this.#spawn();
    const trouble = (): Error | undefined => this.#java === undefined ? new Error('the broker ended while it started') : undefined;
    try {
      const died = await waitUntil('the broker answers', READY_WITHIN_MS, async () => trouble() ?? (await answers(this.#store.ports.internal) && 'ready'), 50);
      if (died instanceof Error) throw died;
    } catch (error) {
      throw new Error(`${(error as Error).message}; the end of its log:\n${(await this.log()).slice(-3_000)}`, { cause: error });
    }
  }

  /** Sends the signal and, where it is one that ends the JVM, waits until it has ended. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const java = this.#java;
    if (java === undefined) return;
    java.kill(signal);
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT' && java.exitCode === null && java.signalCode === null) await once(java, 'exit');
  }

  async restart(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.kill(signal);
    await this.start();
  }

  /** The process stands still with its connections open, as in a long collection or a frozen machine. */
  pause(): Promise<void> { return this.kill('SIGSTOP'); }
  resume(): Promise<void> { return this.kill('SIGCONT'); }

  /** Ends the broker for good and removes its store. */
  async stop(): Promise<void> {
    await this.kill('SIGKILL');
    await this.#store.guard.removeStore();
  }

  #spawn(): void {
    const log = openSync(join(this.#store.directory, 'broker.log'), 'a');
    const java = spawn('java', javaArguments(this.#classPath, this.#heapMegabytes, 'kafka.Kafka', [this.#store.properties]), { cwd: this.#store.directory, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#java = java;
    this.#store.guard.watch(java.pid);
    const ended = (): void => {
      if (this.#java !== java) return;
      this.#java = undefined;
      this.#store.guard.watch(undefined);
    };
    java.once('exit', ended).once('error', ended);
  }
}

function address(port: number | undefined, option: string): string {
  if (port === undefined) throw new Error(`this broker was started without ${option}`);
  return `127.0.0.1:${port}`;
}

/** True when a client gets the broker's metadata. Asked at the internal listener: the advertised one may be that of a proxy that stands still. */
async function answers(port: number): Promise<boolean> {
  calmRequestQueue();
  const admin = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING, connectionTimeout: 500, requestTimeout: 2_000, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length === 1;
  } finally {
    await admin.disconnect();
  }
}
