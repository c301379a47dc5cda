import { BlockList, isIP } from 'node:net';

/** Addresses that no alert goes to unless the host is allowed by name: this machine, the networks around it, metadata services, and what translates to them. */
const V4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24],
  ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
];
/** Only 2000::/3 is given out to the public; of it these are not, or carry an IPv4 address inside (6to4, Teredo). */
const V6_IN_PUBLIC: readonly (readonly [network: string, prefix: number])[] = [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]];

const blockedV4 = listOf(V4, 'ipv4');
const blockedV6 = listOf(V6_IN_PUBLIC, 'ipv6');
const publicV6 = listOf([['2000::', 3]], 'ipv6');

/** Whether an IP address is none that anybody on the internet has. What is no address is blocked. */
export function isBlockedAddress(address: string): boolean {
  const plain = address.split('%')[0] ?? address;
  if (isIP(plain) === 4) return blockedV4.check(plain, 'ipv4');
  // IPv4-mapped addresses (::ffff:127.0.0.1) are outside 2000::/3, and so blocked whatever they map.
  return isIP(plain) !== 6 || !publicV6.check(plain, 'ipv6') || blockedV6.check(plain, 'ipv6');
}

function listOf(subnets: readonly (readonly [string, number])[], type: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, type);
  return list;
}
