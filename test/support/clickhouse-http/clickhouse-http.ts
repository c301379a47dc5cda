import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type AskedQuery, readAskedQuery, statementsFor } from './asked-query.ts';
import { type Answer, Engine, exceptionOf } from './engine.ts';

/** What happens to a request instead of a plain answer. */
export type Fault =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** It is executed, and its answer waits. */
  | { readonly kind: 'hold-after'; readonly until: () => Promise<void> }
  /** The connection breaks before anything is done, after everything is done, or inside the answer. */
  | { readonly kind: 'cut-before' } | { readonly kind: 'cut-after' } | { readonly kind: 'cut-inside' };

export interface ClickHouseHttp {
  readonly url: string;
  /** Everything that was asked, oldest first, unless it was told to forget. */
  readonly asked: readonly AskedQuery[];
  /** Asked for each request from now on; none when it answers undefined. */
  disturb(faultFor: ((query: AskedQuery) => Fault | undefined) | undefined): void;
  /** Its port refuses connections, and open ones break, until it comes back. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export interface FrontOptions {
  readonly directory: string;
  readonly user?: string;
  readonly password?: string;
  /** Keeps no account of what was asked: a long campaign inserts more than fits into memory. */
  readonly forgets?: boolean;
}

/** ClickHouse's HTTP interface before the engine in this process: what `@clickhouse/client` needs of it, and every way it can break. */
export async function startClickHouseHttp({ directory, user = 'default', password = '', forgets = false }: FrontOptions): Promise<ClickHouseHttp> {
  const engine = new Engine(directory);
  const asked: AskedQuery[] = [];
  const underWay = new Set<Promise<void>>();
  let faultFor: ((query: AskedQuery) => Fault | undefined) | undefined;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/ping') return void response.end('Ok.\n');
    if (!isAllowed(request, user, password)) return reply(response, { kind: 'exception', code: '516', text: `Code: 516. DB::Exception: ${user}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)` });
    const query = await readAskedQuery(request);
    if (!forgets) asked.push(query);
    const fault = faultFor?.(query);
    if (fault?.kind === 'refuse') return void response.writeHead(503).end('the front takes no requests now');
    if (fault?.kind === 'cut-before') return void request.socket.destroy();
    await answerWith(fault, request, response, () => engine.ask(statementsFor(query)));
  }

  function listener(request: IncomingMessage, response: ServerResponse): void {
    const work = serve(request, response).catch((error: unknown) => reply(response, exceptionOf(error)));
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }

  // As the server takes them: parameters stand in the URL.
  const open = async (port: number) => {
    const server = createServer({ maxHeaderSize: 1024 * 1024 }, listener).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server: Server | undefined = await open(0);
  const { port } = server.address() as AddressInfo;

  async function goAway(): Promise<void> {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    const closed = once(closing, 'close');
    closing.close();
    closing.closeAllConnections();
    await closed;
  }

  return {
    url: `http://127.0.0.1:${port}`, asked, goAway,
    disturb: (next) => {
      faultFor = next;
    },
    async comeBack() {
      server ??= await open(port);
    },
    async close() {
      await goAway();
      await Promise.all(underWay);
      engine.close();
    },
  };
}

/** Executes, with what is to happen before, meanwhile or instead of a plain answer. */
async function answerWith(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse, execute: () => Promise<Answer>): Promise<void> {
  if (fault?.kind === 'delay') await pause(fault.delayMs);
  const answer = await execute();
  if (fault?.kind === 'hold-after') await fault.until();
  if (fault?.kind === 'cut-after') request.socket.destroy();
  else if (fault?.kind === 'cut-inside') response.writeHead(200, { 'content-length': 1_000 }).write('{"', () => request.socket.destroy());
  else reply(response, answer);
}

function isAllowed(request: IncomingMessage, user: string, password: string): boolean {
  return request.headers.authorization === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** As the server maps them. */
const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map([['516', 403], ['497', 403], ['60', 404], ['81', 404], ['62', 400], ['47', 400], ['115', 404], ['159', 408]]);

function reply(response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  if (answer.kind === 'rows') response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(answer.bytes);
  else response.writeHead(STATUS_OF_CODE.get(answer.code) ?? 500, { 'x-clickhouse-exception-code': answer.code }).end(`${answer.text} (version 26.7 (official build))\n`);
}
