import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isBlockedAddress } from './blocked-address.ts';
import { type RecordingServer, recordingServer } from './recording-server.fixture.ts';
import { resolveByDns, type ResolveHost } from './safe-address.ts';
import { type SafeRequest, safeRequest } from './safe-request.ts';

let server: RecordingServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const to = (address: string): ResolveHost => async () => [{ address, family: address.includes(':') ? 6 : 4 }];
const never: ResolveHost = () => Promise.reject(new Error('a name was looked up'));

function ask(url: string, options: Partial<SafeRequest> & { resolve?: ResolveHost } = {}) {
  return safeRequest({ url, headers: { 'content-type': 'text/plain' }, body: 'hello', allow: options.allow ?? [] }, options.resolve ?? never, AbortSignal.timeout(2_000));
}

describe('addresses', () => {
  it.each([
    '127.0.0.1', '127.1.2.3', '0.0.0.0', '0.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '100.127.255.255', '192.0.0.192', '198.18.0.1', '224.0.0.1', '239.255.255.255', '255.255.255.255',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2002:7f00:1::', '2001::1', '2001:db8::1', '100::1', 'nonsense', '',
  ])('%s is blocked', (address) => expect(isBlockedAddress(address)).toBe(true));

  it.each(['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1', '169.253.0.1', '223.255.255.255', '2606:4700:4700::1111', '2a00:1450::1'])('%s is not', (address) => expect(isBlockedAddress(address)).toBe(false));
});

describe('no connection is made', () => {
  it.each<[host: string, address?: string]>([
    ['127.0.0.1'], ['localhost', '127.0.0.1'], ['2130706433'], ['0x7f000001'], ['0x7f.1'], ['0177.0.0.1'], ['127.1'], ['0'], ['[::1]', '::1'], ['[::ffff:127.0.0.1]'], ['[::ffff:7f00:1]'],
    ['innocent.example.com', '127.0.0.1'], ['innocent.example.com', '::1'], ['innocent.example.com', '::ffff:127.0.0.1'], ['LOCALHOST.', '127.0.0.1'], ['①②⑦.⓪.⓪.①'],
  ])('to %s on this machine', async (host: string, address?: string) => {
    server = await recordingServer();
    await expect(ask(`http://${host}:${server.port}/`, address === undefined ? {} : { resolve: to(address) })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(server.connections()).toBe(0);
  });

  it.each(['http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/', 'http://[fe80::1]/', 'http://10.1.2.3/', 'http://100.100.100.200/'])('to %s', async (url) => {
    await expect(ask(url)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('by another protocol than HTTP', async () => {
    for (const url of ['file:///etc/passwd', 'ftp://example.com/', 'gopher://example.com/', 'not an address']) await expect(ask(url)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('after a redirect to this machine', async () => {
    const inner = await recordingServer();
    server = await recordingServer(() => ({ status: 302, headers: { location: inner.url } }));
    expect(await ask(`http://hooks.example.com:${server.port}/`, { allow: ['hooks.example.com'], resolve: to('127.0.0.1') })).toMatchObject({ status: 302 });
    expect([server.connections(), inner.connections()]).toEqual([1, 0]);
    await inner.stop();
  });
});

it('connects to the address that was checked, however often the name changes', async () => {
  server = await recordingServer();
  let asked = 0;
  const rebinding: ResolveHost = async () => {
    asked += 1;
    return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
  };
  await ask(`http://rebinding.example.com:${server.port}/`, { allow: ['rebinding.example.com'], resolve: rebinding });
  expect(asked).toBe(1);
  expect(server.requests[0]?.headers.host).toBe(`rebinding.example.com:${server.port}`);
});

it('reaches a host that is allowed by name, and no other at the same address', async () => {
  server = await recordingServer();
  await ask(`http://127.0.0.1:${server.port}/path?x=1`, { allow: ['127.0.0.1'] });
  expect(server.requests).toMatchObject([{ method: 'POST', path: '/path?x=1', body: 'hello' }]);
  await expect(ask(`http://other.example.com:${server.port}/`, { allow: ['127.0.0.1', 'example.com'], resolve: to('127.0.0.1') })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
});

it('resolves localhost by DNS and refuses it', async () => {
  await expect(ask('http://localhost:1/', { resolve: resolveByDns })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
});

describe('an error', () => {
  it('names the host and never the path, the query or the password', async () => {
    const closed = await recordingServer();
    await closed.stop();
    const error: unknown = await ask(`http://user:pa55word@127.0.0.1:${closed.port}/services/T0/SECRET?key=SECRET`, { allow: ['127.0.0.1'] }).catch((caught: unknown) => caught);
    expect(String(error)).toContain(`127.0.0.1:${closed.port}`);
    expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).cause ?? ''}`).not.toMatch(/SECRET|pa55word/);
  });

  it('comes within the time that the signal gives, though nobody answers', async () => {
    const silent: Server = createServer(() => undefined);
    await new Promise<void>((resolve) => { silent.listen(0, '127.0.0.1', resolve); });
    const { port } = silent.address() as AddressInfo;
    const request = { url: `http://127.0.0.1:${port}/`, headers: {}, body: '', allow: ['127.0.0.1'] };
    await expect(safeRequest(request, never, AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'UNREACHABLE', retryable: true, message: expect.stringContaining('no answer in time') });
    await expect(safeRequest({ ...request, url: 'http://slow-dns.example.com/' }, () => new Promise(() => undefined), AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'UNREACHABLE' });
    silent.close();
  });
});

it('does not read an endless answer to its end', async () => {
  server = await recordingServer(() => ({ status: 500, body: 'x'.repeat(10_000_000) }));
  expect(await ask(`${server.url}/`, { allow: ['127.0.0.1'] })).toMatchObject({ status: 500 });
});
