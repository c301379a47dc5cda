import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UnderstudyError } from '@understudy/contracts/problem';

export interface ListeningServer {
  readonly host: string;
  readonly port: number;
  /** Stops accepting, lets requests under way end for `graceMs`, then cuts what is left (streams never end by themselves). */
  close(graceMs: number): Promise<void>;
}

/** Listens, or throws `PORT_IN_USE` with the flag to change. Port 0: any free one. */
export async function serve(listener: RequestListener, host: string, port: number, flag: string): Promise<ListeningServer> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 }, listener);
  await listening(server, host, port, flag);
  return {
    host, port: (server.address() as AddressInfo).port,
    close: (graceMs) => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), graceMs).unref();
    }),
  };
}

function listening(server: Server, host: string, port: number, flag: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const inUse = cause.code === 'EADDRINUSE';
      reject(new UnderstudyError({
        code: inUse || cause.code === 'EACCES' ? 'PORT_IN_USE' : 'CONFIGURATION',
        message: inUse ? `port ${port} on ${host} is in use` : `cannot listen on ${host}:${port}: ${cause.message}`,
        fix: `Stop the other process, or choose another port with ${flag} (0 takes any free one).`, cause,
      }));
    });
    server.listen(port, host, () => resolve());
  });
}
