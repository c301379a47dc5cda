import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens to connections that come from now on: carried, accepted and never answered, or broken at once. */
export type NewConnections = 'carry' | 'swallow' | 'refuse';

/** A proxy on loopback in front of one port, which can do to connections what networks do. */
export interface TcpProxy {
  readonly port: number;
  /** Connections of clients that are open now, silent ones among them. */
  readonly openConnections: () => number;
  /** Connections that clients made since the proxy started. */
  readonly connectionsMade: () => number;
  readonly newConnections: (treatment: NewConnections) => void;
  /** The open connections carry nothing any more and are never closed, for good: neither side learns that the other is gone. */
  readonly silence: () => void;
  /** The open connections are reset. */
  readonly cut: () => void;
  /** What arrives from now on is carried so much later, both ways and in its order. */
  readonly delay: (milliseconds: number) => void;
  readonly close: () => Promise<void>;
}

interface Carried {
  readonly client: Socket;
  readonly server: Socket | undefined;
  silent: boolean;
}

export async function startTcpProxy(targetPort: number, listenPort = 0): Promise<TcpProxy> {
  const open = new Set<Carried>();
  let treatment: NewConnections = 'carry';
  let delayMs = 0;
  let made = 0;
  const accept = (client: Socket): void => {
    made += 1;
    client.on('error', () => undefined);
    if (treatment === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    const carried = treatment === 'swallow' ? swallow(client) : carry(client, targetPort, () => delayMs);
    open.add(carried);
    client.once('close', () => open.delete(carried));
  };
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(listenPort, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const { client, server } of open) {
      client.resetAndDestroy();
      server?.resetAndDestroy();
    }
  };
  return {
    port: (listener.address() as AddressInfo).port,
    openConnections: () => open.size,
    connectionsMade: () => made,
    newConnections: (wanted) => { treatment = wanted; },
    silence: () => { for (const carried of open) carried.silent = true; },
    cut,
    delay: (milliseconds) => { delayMs = milliseconds; },
    close: async () => {
      const closed = new Promise((resolve) => listener.close(resolve));
      cut();
      await closed;
    },
  };
}

function swallow(client: Socket): Carried {
  client.resume();
  return { client, server: undefined, silent: true };
}

function carry(client: Socket, targetPort: number, delayMs: () => number): Carried {
  const server = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  const carried: Carried = { client, server, silent: false };
  carryOneWay(client, server, carried, delayMs);
  carryOneWay(server, client, carried, delayMs);
  return carried;
}

/** Bytes, the end and a break go the same way, each after the delay of its moment; nothing of them once the connection is silent. */
function carryOneWay(from: Socket, to: Socket, carried: Carried, delayMs: () => number): void {
  const waiting: { readonly dueAtMs: number; readonly act: () => void }[] = [];
  const drain = (): void => {
    const first = waiting[0];
    if (first === undefined) return;
    const restMs = first.dueAtMs - performance.now();
    if (restMs > 0) {
      setTimeout(drain, restMs);
      return;
    }
    waiting.shift();
    if (!carried.silent) first.act();
    drain();
  };
  const later = (act: () => void): void => {
    waiting.push({ dueAtMs: performance.now() + delayMs(), act });
    if (waiting.length === 1) drain();
  };
  from.on('data', (chunk) => later(() => {
    if (to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  }));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => undefined);
  from.on('close', (hadError) => later(() => { if (hadError) to.destroy(); }));
}
