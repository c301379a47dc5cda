import { UnderstudyError } from '@understudy/contracts/problem';
import { InvalidArgumentError } from 'commander';
import type { ListeningServer } from './serve.ts';

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** What others can reach asks for a token. */
export function refuseOpenServer(host: string, token: string | undefined, variables: string): void {
  if (isLoopback(host) || token !== undefined) return;
  throw new UnderstudyError({ code: 'CONFIGURATION', message: `${host} can be reached from other machines, and no token is set`, fix: `Set ${variables} to a long random text, or leave --host at 127.0.0.1.` });
}

/** Names under which a server on loopback answers; any, behind a proxy or in a container. */
export function hostsOf(host: string, port: number): readonly string[] | undefined {
  return isLoopback(host) ? [...new Set([host, '127.0.0.1', 'localhost', '[::1]'])].map((name) => `${name}:${port}`) : undefined;
}

export function urlOf(server: ListeningServer): string {
  return `http://${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`;
}

export function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return port;
}
