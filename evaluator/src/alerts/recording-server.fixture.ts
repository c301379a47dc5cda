import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RecordingServer {
  readonly port: number;
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** TCP connections, whatever came over them. */
  connections(): number;
  stop(): Promise<void>;
}

/** An HTTP server on this machine that keeps what it is sent, and answers as `answer` says. */
export async function recordingServer(answer: (request: RecordedRequest) => { status: number; headers?: Record<string, string>; body?: string } = () => ({ status: 200 })): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const recorded = { method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      requests.push(recorded);
      const { status, headers, body } = answer(recorded);
      response.writeHead(status, headers).end(body);
    });
  });
  server.on('connection', () => { connections += 1; });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  return {
    port, url: `http://127.0.0.1:${port}`, requests, connections: () => connections,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
