import { createServer } from 'node:net';

/** The usual port when nobody listens on it, else 0: any free one. */
export async function usualOrAnyPort(usual: number): Promise<number> {
  return (await isFree(usual)) ? usual : 0;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
