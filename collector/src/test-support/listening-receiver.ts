import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createOtlpReceiver, type OtlpReceiver, type OtlpReceiverOptions } from '../receiver/otlp-receiver.ts';

export interface ListeningReceiver extends OtlpReceiver {
  readonly url: string;
  readonly port: number;
  /** What was said to people. */
  readonly said: string[];
  /** Sends these bytes as they are and gives back everything that comes until the connection ends, or `untilText` was seen. */
  raw(parts: readonly (string | Uint8Array)[], untilText?: string): Promise<string>;
  close(): Promise<void>;
}

/** The real receiver on a port of its own. */
export async function listenReceiver(options: Omit<OtlpReceiverOptions, 'say'>): Promise<ListeningReceiver> {
  const said: string[] = [];
  const receiver = createOtlpReceiver({ ...options, say: (text) => said.push(text) });
  const server = createServer({ keepAliveTimeout: 65_000 }, receiver.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    ...receiver, url: `http://127.0.0.1:${port}`, port, said,
    raw: (parts, untilText) => rawExchange(port, parts, untilText),
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function rawExchange(port: number, parts: readonly (string | Uint8Array)[], untilText: string | undefined): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part);
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (untilText !== undefined && text.includes(untilText)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}
