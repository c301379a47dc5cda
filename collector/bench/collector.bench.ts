import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { traceRequestFromJson } from '@understudy/contracts/otlp/from-json';
import type { EventLog } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { createOtlpReceiver } from '../src/receiver/otlp-receiver.ts';
import { benchRequestJson } from './bench-spans.ts';

/*
 * Accepted spans per second of the collector process's own CPU time (user and system), sent by another process over loopback.
 * Run: node collector/bench/collector.bench.ts
 */
const SPANS_PER_REQUEST = 50;
const TEXT_BYTES = 800;
const REQUESTS = 3_000;
const WARM_UP_REQUESTS = 500;
const CONNECTIONS = 20;
const ROUNDS = 3;

interface Body {
  readonly name: 'plain' | 'gzip' | 'json';
  readonly file: string;
  readonly contentType: string;
  readonly contentEncoding: string;
}

const REFERENCES: Readonly<Record<Body['name'], string>> = {
  plain: 'goal 100k, then 160k; OpenTelemetry Collector, answering after Kafka has it: 76-96k, tuned 140-157k',
  gzip: 'goal 60k, then 75k; OpenTelemetry Collector, answering after Kafka has it: 48-52k, tuned 70k',
  json: 'no reference',
};

type Log = Pick<EventLog, 'append'> & { close(): Promise<void> };

const LOGS: Readonly<Record<string, (directory: string) => Log>> = {
  'acknowledge only': () => ({ append: async () => ({ kind: 'appended', offsets: [] }), close: async () => {} }),
  'SQLite log': (directory) => openSqliteLog({ directory }),
};

const temporary = mkdtempSync(join(tmpdir(), 'collector-bench-'));
try {
  const bodies = writeBodies();
  for (const [logName, open] of Object.entries(LOGS)) for (const body of bodies) await measure(logName, open, body);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function writeBodies(): Body[] {
  const json = benchRequestJson(SPANS_PER_REQUEST, TEXT_BYTES);
  const plain = traceRequestFromJson(Buffer.from(json)).bytes;
  const gzip = gzipSync(plain);
  const file = (name: string, bytes: string | Uint8Array): string => {
    writeFileSync(join(temporary, name), bytes);
    console.log(`${name}: ${Math.round(bytes.length / SPANS_PER_REQUEST)} bytes a span, ${SPANS_PER_REQUEST} spans a request`);
    return join(temporary, name);
  };
  return [
    { name: 'plain', file: file('plain', plain), contentType: 'application/x-protobuf', contentEncoding: '' },
    { name: 'gzip', file: file('gzip', gzip), contentType: 'application/x-protobuf', contentEncoding: 'gzip' },
    { name: 'json', file: file('json', json), contentType: 'application/json', contentEncoding: '' },
  ];
}

async function measure(logName: string, open: (directory: string) => Log, body: Body): Promise<void> {
  const results: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const directory = mkdtempSync(join(temporary, 'log-'));
    const log = open(directory);
    results.push(await spansPerCpuSecond(log, body));
    await log.close();
    rmSync(directory, { recursive: true, force: true });
  }
  results.sort((a, b) => a - b);
  const shown = (value: number | undefined): string => `${Math.round((value ?? 0) / 1_000)}k`;
  console.log(`collector, ${body.name}, ${logName}: ${shown(results[Math.floor(ROUNDS / 2)])} spans/s/core (${results.map(shown).join(', ')}); ${REFERENCES[body.name]}`);
}

async function spansPerCpuSecond(log: Log, body: Body): Promise<number> {
  const receiver = createOtlpReceiver({ log, say: (text) => console.log(text) });
  const server = createServer(receiver.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  await load(url, body, WARM_UP_REQUESTS);
  const before = process.cpuUsage();
  const accepted = await load(url, body, REQUESTS);
  const used = process.cpuUsage(before);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (accepted !== REQUESTS) throw new Error(`${REQUESTS - accepted} of ${REQUESTS} requests were not accepted`);
  return (accepted * SPANS_PER_REQUEST * 1e6) / (used.user + used.system);
}

function load(url: string, body: Body, requests: number): Promise<number> {
  const script = fileURLToPath(new URL('./load.ts', import.meta.url));
  const child = spawn(process.execPath, [script, url, body.file, body.contentType, body.contentEncoding, String(requests), String(CONNECTIONS)], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => { text += chunk; });
    child.on('close', (code) => (code === 0 ? resolve(Number(text)) : reject(new Error(`the load process ended with ${code}`))));
  });
}
