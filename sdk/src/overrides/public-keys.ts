import type { webcrypto } from 'node:crypto';
import { decodeBase64Url } from './base64url.ts';

/** A key that snapshots may be signed with. Without a key id it checks any signature. */
export interface VerificationKey {
  readonly kid: string | undefined;
  /** The key itself as text, which tells two keys apart whatever they are called. */
  readonly text: string;
  readonly key: webcrypto.CryptoKey;
}

/** Keys out of a JWK, a JWKS, a PEM or the bare `x` of an Ed25519 key. Throws when there is none: the caller reports it. */
export async function readPublicKeys(text: string): Promise<VerificationKey[]> {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return keysOfJson(JSON.parse(trimmed));
  if (trimmed.startsWith('-----BEGIN PUBLIC KEY-----')) return [await importPem(trimmed)];
  return [await importX(trimmed, undefined)];
}

/** The Ed25519 keys of a parsed JWK or JWKS; anything else in it is passed over. */
export async function keysOfJson(json: unknown): Promise<VerificationKey[]> {
  const fields = json as { keys?: unknown };
  const candidates = Array.isArray(fields?.keys) ? fields.keys.slice(0, 10) : [json];
  const keys: VerificationKey[] = [];
  for (const candidate of candidates as { kty?: unknown; crv?: unknown; x?: unknown; kid?: unknown }[]) {
    if (candidate?.kty !== 'OKP' || candidate.crv !== 'Ed25519' || typeof candidate.x !== 'string') continue;
    const key = await importX(candidate.x, typeof candidate.kid === 'string' ? candidate.kid : undefined).catch(() => undefined);
    if (key !== undefined) keys.push(key);
  }
  if (keys.length === 0) throw new TypeError('no Ed25519 key (kty OKP, crv Ed25519) in the JWK');
  return keys;
}

async function importX(x: string, kid: string | undefined): Promise<VerificationKey> {
  const text = x.replace(/=+$/, '');
  const bytes = decodeBase64Url(text);
  if (bytes?.length !== 32) throw new TypeError('an Ed25519 public key is 32 bytes in base64url');
  return { kid, text, key: await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']) };
}

async function importPem(pem: string): Promise<VerificationKey> {
  const text = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '').replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const der = decodeBase64Url(text);
  if (der === undefined) throw new TypeError('the PEM is not base64');
  return { kid: undefined, text, key: await crypto.subtle.importKey('spki', der, 'Ed25519', false, ['verify']) };
}
