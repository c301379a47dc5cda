import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { Snapshot } from '@understudy/contracts/snapshot';

export interface GarbageServer {
  readonly requests: () => number;
  close(): Promise<void>;
}

/**
 * Sits where the evaluator was and answers nonsense, each request another kind: bytes, a page, errors, cut connections, and snapshots of the highest version that
 * are signed by somebody else.
 */
export async function startGarbageServer(port: number, forged: Omit<Snapshot, 'issuedAt'>): Promise<GarbageServer> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const forge = () => signedBy(privateKey, { ...forged, issuedAt: Date.now() });
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume();
    const kinds: ((response: ServerResponse) => void)[] = [
      (to) => { to.writeHead(200, { 'content-type': 'application/jose' }).end(createHash('sha512').update(String(requests)).digest()); },
      (to) => { to.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome to nginx!</title>'); },
      (to) => { to.writeHead(500).end('{'); },
      (to) => { to.destroy(); },
      (to) => { to.writeHead(200, { 'content-type': 'text/event-stream' }).write(`event: snapshot\nid: 9.9\ndata: ${forge()}\n\nevent: snapshot\ndata: {}\n\n`); },
      (to) => { to.writeHead(200, { 'content-type': 'application/jose', etag: '"9.9"' }).end(forge()); },
    ];
    kinds[requests % kinds.length]?.(response);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    requests: () => requests,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function signedBy(key: ReturnType<typeof generateKeyPairSync>['privateKey'], snapshot: Snapshot): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'EdDSA', kid: 'key-of-somebody-else' })}.${part(snapshot)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}
