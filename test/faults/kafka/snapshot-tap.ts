import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Snapshots by `EPOCH.VERSION`, each with its signed text. */
export type SeenSnapshots = ReadonlyMap<string, string>;

export interface SnapshotTap {
  readonly url: string;
  /** Every snapshot that passed, whether the client took it or not. */
  readonly seen: SeenSnapshots;
  /** Two contents under one version. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** One address before several APIs: asks the next one when the one before does not answer. Notes what it carries. */
export async function startSnapshotTap(ports: readonly number[]): Promise<SnapshotTap> {
  const seen = new Map<string, string>();
  const faults: string[] = [];
  let asked = 0;
  const note = (jws: string): void => {
    const version = versionOf(jws);
    const known = seen.get(version);
    if (known !== undefined && known !== jws) faults.push(`two contents of ${version}`);
    seen.set(version, jws);
  };
  const server = createServer((incoming, outgoing) => carry(incoming, outgoing, ports[asked % ports.length] ?? 0, note, () => { asked += 1; })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, faults,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function carry(incoming: IncomingMessage, outgoing: ServerResponse, port: number, note: (jws: string) => void, onBroken: () => void): void {
  const asking = request({ host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers: { ...incoming.headers, host: `127.0.0.1:${port}` }, agent: false });
  const broken = (): void => {
    onBroken();
    outgoing.destroy();
  };
  asking.once('error', broken).once('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    const read = readerFor(incoming.url ?? '', answer.statusCode, note);
    answer.on('data', (chunk: Buffer) => {
      outgoing.write(chunk);
      read(chunk.toString('utf8'));
    });
    answer.once('end', () => outgoing.end()).once('error', broken);
  });
  outgoing.once('close', () => asking.destroy());
  incoming.pipe(asking);
}

/** Finds the signed snapshots in an answer, whole or as a stream. */
function readerFor(path: string, status: number | undefined, note: (jws: string) => void): (text: string) => void {
  if (status !== 200 || !path.startsWith('/v1/overrides')) return () => undefined;
  const isStream = path.startsWith('/v1/overrides/stream');
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = isStream ? lines.pop() ?? '' : lines.join('\n');
    if (!isStream) {
      if (isWhole(rest)) note(rest.trim());
      return;
    }
    for (const line of lines) if (line.startsWith('data: ')) note(line.slice('data: '.length).trim());
  };
}

function isWhole(jws: string): boolean {
  try {
    return versionOf(jws.trim()) !== '';
  } catch {
    return false;
  }
}

/** `EPOCH.VERSION` of a compact JWS; its signature is the SDK's to verify. */
export function versionOf(jws: string): string {
  const parts = jws.split('.');
  if (parts.length !== 3 || parts[2]?.length !== 86) throw new Error('no whole JWS');
  const { epoch, version } = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8')) as { epoch: number; version: number };
  return `${epoch}.${version}`;
}
