import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Snapshot } from '@understudy/contracts/snapshot';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** Public JWK as JSON. */
  readonly jwk: string;
}

export function newSigningKey(kid = 'key-1'): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { kid, privateKey, jwk: JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA' }) };
}

export function signed(payload: unknown, key: SigningKey, header: object = {}): string {
  const head = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: key.kid, ...header })).toString('base64url');
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)).toString('base64url');
  return `${head}.${body}.${sign(null, Buffer.from(`${head}.${body}`), key.privateKey).toString('base64url')}`;
}

export function snapshotOf(routes: Snapshot['routes'], more: Partial<Snapshot> = {}): Snapshot {
  return { v: 1, project: 'default', epoch: 1, version: 1, issuedAt: Date.now(), ttlMs: 60_000, frozen: false, routes, ...more };
}

/** All of a route to one target. */
export function allTo(id: string): Snapshot['routes'][string] {
  return { targets: [{ id, percent: 100, purpose: 'serve' }], reason: 'test' };
}

/** The evaluator's side of overrides over real HTTP: the stream, the poll and the keys. */
export class SigningEvaluator {
  readonly key: SigningKey;
  /** What polls and new streams get; undefined: 503. */
  jws: string | undefined;
  polls = 0;
  streamsOpened = 0;
  /** Answers in place of the real ones. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  private readonly streams = new Set<ServerResponse>();
  private readonly server: Server;

  private constructor(key: SigningKey) {
    this.key = key;
    this.server = createServer((request, response) => this.handle(request, response));
  }

  static async start(key = newSigningKey(), port = 0): Promise<SigningEvaluator> {
    const evaluator = new SigningEvaluator(key);
    await new Promise<void>((resolve) => evaluator.server.listen(port, '127.0.0.1', resolve));
    return evaluator;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get openStreams(): number {
    return this.streams.size;
  }

  publish(snapshot: Snapshot): void {
    this.push(signed(snapshot, this.key));
  }

  /** To the streams and to later polls, whatever it is. */
  push(jws: string): void {
    this.jws = jws;
    for (const stream of this.streams) stream.write(`event: snapshot\nid: 1.1\ndata: ${jws}\n\n`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    if (this.intercept?.(request, response)) return;
    if (request.url === '/.well-known/jwks.json') response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [JSON.parse(this.key.jwk)] }));
    else if (request.url === '/v1/overrides') this.answerPoll(request, response);
    else if (request.url === '/v1/overrides/stream') this.openStream(response);
    else if (request.url === '/v1/traces') response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    else response.writeHead(404).end();
  }

  private answerPoll(request: IncomingMessage, response: ServerResponse): void {
    this.polls += 1;
    if (this.jws === undefined) response.writeHead(503).end();
    else if (request.headers['if-none-match'] === etagOf(this.jws)) response.writeHead(304).end();
    else response.writeHead(200, { 'content-type': 'application/jose', etag: etagOf(this.jws) }).end(this.jws);
  }

  private openStream(response: ServerResponse): void {
    this.streamsOpened += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    if (this.jws !== undefined) response.write(`event: snapshot\ndata: ${this.jws}\n\n`);
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }
}

function etagOf(jws: string): string {
  return `"${jws.slice(-20)}"`;
}
