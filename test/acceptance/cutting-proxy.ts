import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  readonly forwardTo: (port: number) => void;
  /** From now on every connection for paths that begin so is broken, those that are open too. */
  readonly cut: (pathPrefix: string) => void;
  readonly close: () => Promise<void>;
}

/** A proxy on loopback that can break some of what it carries. */
export async function startCuttingProxy(): Promise<CuttingProxy> {
  let target = 0;
  let broken: string | undefined;
  const open = new Set<{ path: string; response: ServerResponse }>();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '/';
    if (broken !== undefined && path.startsWith(broken)) {
      response.destroy();
      return;
    }
    const under = { path, response };
    open.add(under);
    response.once('close', () => open.delete(under));
    const onward = forward({ host: '127.0.0.1', port: target, path, method: request.method, headers: { ...request.headers, host: `127.0.0.1:${target}` } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  };
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forwardTo: (port) => { target = port; },
    cut: (pathPrefix) => {
      broken = pathPrefix;
      for (const { path, response } of open) if (path.startsWith(pathPrefix)) response.destroy();
    },
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
