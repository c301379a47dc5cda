import { beforeAll, describe, expect, it } from 'vitest';
import { allTo, newSigningKey, type SigningKey, signed, snapshotOf } from '../../test-support/signing-evaluator.ts';
import { readPublicKeys, type VerificationKey } from './public-keys.ts';
import { type Verified, verifySnapshot } from './verify-snapshot.ts';

const ROUTES = { 'support.answer': allTo('openai/spare') };

describe('verifying a snapshot', () => {
  let key: SigningKey;
  let pinned: VerificationKey[];
  const verify = (jws: string): Promise<Verified> => verifySnapshot(jws, pinned, 'default');
  const reasonOf = async (jws: string): Promise<string> => {
    const verified = await verify(jws);
    return verified.kind === 'rejected' ? verified.reason : verified.kind;
  };

  beforeAll(async () => {
    key = newSigningKey();
    pinned = await readPublicKeys(key.jwk);
  });

  it('takes what was signed with the pinned key', async () => {
    const snapshot = snapshotOf(ROUTES);
    const verified = await verify(signed(snapshot, key));
    expect(verified).toMatchObject({ kind: 'verified', snapshot: { epoch: 1, version: 1, project: 'default' } });
  });

  it('rejects it with any byte changed, whichever way', async () => {
    const jws = signed(snapshotOf(ROUTES), key);
    for (let at = 0; at < jws.length; at += 1) {
      for (const bit of [1, 2, 4, 32]) {
        const forged = jws.slice(0, at) + String.fromCharCode(jws.charCodeAt(at) ^ bit) + jws.slice(at + 1);
        expect((await verify(forged)).kind, `bit ${bit} of byte ${at}`).toBe('rejected');
      }
    }
  });

  it('rejects it cut short anywhere', async () => {
    const jws = signed(snapshotOf(ROUTES), key);
    for (let length = 0; length < jws.length; length += 1) expect((await verify(jws.slice(0, length))).kind).toBe('rejected');
  });

  it('rejects another key, also under the same key id', async () => {
    expect(await reasonOf(signed(snapshotOf(ROUTES), newSigningKey('other')))).toBe('unknown-key');
    expect(await reasonOf(signed(snapshotOf(ROUTES), newSigningKey(key.kid)))).toBe('bad-signature');
  });

  it('rejects every algorithm but EdDSA, and every extension', async () => {
    expect(await reasonOf(signed(snapshotOf(ROUTES), key, { alg: 'none' }))).toBe('wrong-algorithm');
    expect(await reasonOf(signed(snapshotOf(ROUTES), key, { alg: 'HS256' }))).toBe('wrong-algorithm');
    expect(await reasonOf(signed(snapshotOf(ROUTES), key, { crit: ['b64'], b64: false }))).toBe('wrong-algorithm');
  });

  it('rejects another project', async () => {
    expect(await reasonOf(signed(snapshotOf(ROUTES, { project: 'other' }), key))).toBe('other-project');
  });

  it('rejects what is larger than 64 KiB', async () => {
    const routes = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`route-${index}-${'x'.repeat(50)}`, allTo('openai/spare')]));
    expect(await reasonOf(signed(snapshotOf(routes), key))).toBe('too-large');
  });

  const share = { id: 'openai/spare', percent: 100, purpose: 'serve' };
  it.each([
    ['shares below 100', { routes: { r: { targets: [{ ...share, percent: 99 }], reason: '' } } }],
    ['a negative share', { routes: { r: { targets: [{ ...share, percent: -10 }, { ...share, percent: 110 }], reason: '' } } }],
    ['no targets', { routes: { r: { targets: [], reason: '' } } }],
    ['an empty target id', { routes: { r: { targets: [{ ...share, id: '' }], reason: '' } } }],
    ['an unknown purpose', { routes: { r: { targets: [{ ...share, purpose: 'shadow' }], reason: '' } } }],
    ['a URL beside the id', { routes: { r: { targets: [{ ...share, baseUrl: 'http://evil' }], reason: '' } } }],
    ['an unknown field', { headers: {} }],
    ['another version of the format', { v: 2 }],
    ['an epoch that is no whole number', { epoch: 1.5 }],
    ['an epoch that cannot be counted exactly', { epoch: 2 ** 53 }],
    ['a version that is text', { version: '7' }],
    ['no lease', { ttlMs: 0 }],
    ['routes that are a list', { routes: [] }],
  ])('rejects %s', async (_name, change) => {
    expect(await reasonOf(signed({ ...snapshotOf(ROUTES), ...change }, key))).toBe('wrong-schema');
  });

  it('rejects what is not JSON, and takes no prototype from it', async () => {
    expect(await reasonOf(signed('[[[', key))).toBe('wrong-schema');
    const payload = JSON.stringify(snapshotOf({})).replace('"routes":{}', `"routes":{"__proto__":${JSON.stringify(allTo('openai/spare'))}}`);
    const verified = await verify(signed(payload, key));
    expect(verified.kind).toBe('verified');
    expect(({} as { targets?: unknown }).targets).toBeUndefined();
  });

  it('rejects numbers that JSON can write and a share cannot be, and takes the last of a key that comes twice', async () => {
    const withPercent = (percent: string): string => JSON.stringify(snapshotOf(ROUTES)).replace('"percent":100', `"percent":${percent}`);
    for (const percent of ['1e309', '-1e309', '-0', 'null', '"100"', '100.1', '[100]']) expect(await reasonOf(signed(withPercent(percent), key)), percent).toBe('wrong-schema');
    expect(await reasonOf(signed(withPercent('NaN'), key))).toBe('wrong-schema');
    expect(await verify(signed(withPercent('1,"percent":100'), key))).toMatchObject({ kind: 'verified', snapshot: { routes: { 'support.answer': { targets: [{ percent: 100 }] } } } });
  });

  it('reads keys as a JWK, a JWKS, a PEM and a bare x', async () => {
    const jwk = JSON.parse(key.jwk) as { x: string };
    const { createPublicKey } = await import('node:crypto');
    const pem = createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' }).toString();
    for (const text of [key.jwk, JSON.stringify({ keys: [jwk] }), pem, jwk.x]) {
      const verified = await verifySnapshot(signed(snapshotOf(ROUTES), key), await readPublicKeys(text), 'default');
      expect(verified.kind, text.slice(0, 20)).toBe('verified');
    }
    const strangers = [null, 5, { kty: 'EC', crv: 'P-256', x: 'a', y: 'b' }, { kty: 'OKP', crv: 'X25519', x: jwk.x }, { kty: 'OKP', crv: 'Ed25519', x: 'short' }];
    expect(await readPublicKeys(JSON.stringify({ keys: [...strangers, jwk] })), 'one bad key spoils no good one').toHaveLength(1);
    await expect(readPublicKeys('rubbish')).rejects.toThrow('32 bytes');
  });
});
