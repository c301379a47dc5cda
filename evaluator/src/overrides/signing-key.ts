import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UnderstudyError } from '@understudy/contracts/problem';
import { calculateJwkThumbprint } from 'jose';

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly kid: string;
  /** RFC 8037 key for `/.well-known/jwks.json`; what SDKs pin. */
  readonly publicJwk: { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string; readonly kid: string; readonly use: 'sig'; readonly alg: 'EdDSA' };
}

/** Reads the Ed25519 key (PKCS #8 PEM), or makes it once with mode 0600. */
export async function loadSigningKey(file: string): Promise<SigningKey> {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ed25519');
    // Whole or not at all: a start that was killed must not leave half a key.
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
    moveUnlessThere(unfinished, file);
  }
  return existingSigningKey(file);
}

/** The key that another process has made; throws `SIGNING_KEY_UNREADABLE` when there is none. */
export async function existingSigningKey(file: string): Promise<SigningKey> {
  const privateKey = readKey(file);
  const x = createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '';
  const kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x });
  return { privateKey, kid, publicJwk: { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' } };
}

/** Two that start together end with one key: the one that was there first. */
function moveUnlessThere(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    // Not every file system has links; there the last of two that start at the same moment wins.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function readKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is a ${key.asymmetricKeyType} key`);
    return key;
  } catch (cause) {
    throw new UnderstudyError({ code: 'SIGNING_KEY_UNREADABLE', message: `the signing key ${file} cannot be used`, fix: 'Give an Ed25519 private key in PKCS #8 PEM (openssl genpkey -algorithm ed25519), or remove the file to have a new one made.', cause });
  }
}
