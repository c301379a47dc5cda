import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../free-port.ts';
import { type BrokerPorts, brokerProperties, type BrokerUser } from './broker-properties.ts';
import { runProgram } from './run-program.ts';
import { makeServerCertificate, type ServerCertificate } from './server-certificate.ts';
import { StoreGuard } from './store-guard.ts';

export interface BrokerOptions {
  /** Clients of the plain listener are told to come back to this port: that of a proxy in front of the broker. */
  readonly advertisedPort?: number;
  /** Opens a listener with a certificate of its own. */
  readonly tls?: boolean;
  /** Opens a listener with SASL for these users (plain and both scrams); with `tls` a third with both. */
  readonly users?: readonly BrokerUser[];
  /** Settings of server.properties that override the harness's. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Heap of the JVM; 512 where nothing is said. */
  readonly heapMegabytes?: number;
}

/** A formatted store in a temporary directory, which goes when this process ends, however it ends. */
export interface BrokerStore {
  readonly directory: string;
  readonly properties: string;
  readonly ports: BrokerPorts;
  readonly certificate: ServerCertificate | undefined;
  readonly guard: StoreGuard;
}

const LOGGING = `-Dlog4j2.configurationFile=${fileURLToPath(new URL('./log4j2.properties', import.meta.url))}`;
/** The starts are a good part of what a short test costs: no parallel collector and a small code cache help them. */
const JAVA_OPTIONS = ['-XX:+UseSerialGC', '-Xshare:auto', '-XX:-UsePerfData', '-Djava.awt.headless=true', LOGGING];

export function javaArguments(classPath: string, heapMegabytes: number, main: string, args: readonly string[]): string[] {
  return [`-Xmx${heapMegabytes}m`, ...JAVA_OPTIONS, '-cp', classPath, main, ...args];
}

export async function formatStore(classPath: string, options: BrokerOptions): Promise<BrokerStore> {
  const directory = await mkdtemp(join(tmpdir(), 'understudy-kafka-'));
  const guard = new StoreGuard(directory);
  try {
    const ports = await drawPorts(options);
    const certificate = options.tls === true ? await makeServerCertificate(directory) : undefined;
    const properties = join(directory, 'server.properties');
    await writeFile(properties, brokerProperties({ directory, ports, advertisedPort: options.advertisedPort, users: options.users ?? [], tls: certificate, overrides: options.overrides }));
    const clusterId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
    // One word: an id may begin with a dash, which the tool would take for an option.
    const format = ['format', '--config', properties, `--cluster-id=${clusterId}`, ...(options.users ?? []).flatMap(scramCredentials)];
    await runProgram('java', javaArguments(classPath, 128, 'kafka.tools.StorageTool', format));
    return { directory, properties, ports, certificate, guard };
  } catch (error) {
    await guard.removeStore();
    throw error;
  }
}

async function drawPorts({ tls = false, users }: BrokerOptions): Promise<BrokerPorts> {
  const [plain = 0, controller = 0, internal = 0, encrypted = 0, sasl = 0, saslTls = 0] = await freePorts(6);
  const hasUsers = users !== undefined;
  return { plain, controller, internal, tls: tls ? encrypted : undefined, sasl: hasUsers ? sasl : undefined, saslTls: tls && hasUsers ? saslTls : undefined };
}

function scramCredentials({ name, password }: BrokerUser): string[] {
  return ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['--add-scram', `${mechanism}=[name=${name},password=${password}]`]);
}
