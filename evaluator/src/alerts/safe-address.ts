import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { UnderstudyError } from '@understudy/contracts/problem';
import { isBlockedAddress } from './blocked-address.ts';

export interface HostAddress {
  readonly address: string;
  readonly family: number;
}
export type ResolveHost = (host: string) => Promise<readonly HostAddress[]>;

export const resolveByDns: ResolveHost = (host) => lookup(host, { all: true });

/**
 * The one address that a connection to `host` goes to: resolved once and checked. Whoever connects must use it and not ask again.
 * Throws `ADDRESS_REFUSED` when every address is private, local or special and the host is not allowed by name.
 */
export async function safeAddress(host: string, allow: readonly string[], resolve: ResolveHost): Promise<HostAddress> {
  const name = bareHost(host);
  const addresses = isIP(name) === 0 ? await resolve(name) : [{ address: name, family: isIP(name) }];
  const isAllowed = allow.some((each) => bareHost(each) === name);
  const found = addresses.find(({ address }) => isAllowed || !isBlockedAddress(address));
  if (found !== undefined) return found;
  throw new UnderstudyError({
    code: 'ADDRESS_REFUSED', message: addresses.length === 0 ? `the host ${name} has no address` : `the host ${name} is at a private, local or special address`,
    fix: `If alerts are to go there, name it in the receiver's allow: [${name}].`,
  });
}

/** In lower case, without the brackets of IPv6 and the dot of the root. */
export function bareHost(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}
