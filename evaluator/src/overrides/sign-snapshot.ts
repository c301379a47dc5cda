import { sign } from 'node:crypto';
import { SNAPSHOT_MAX_BYTES, type Snapshot } from '@understudy/contracts/snapshot';
import type { SigningKey } from './signing-key.ts';

/** Compact JWS over the exact bytes of the payload; undefined when it would be larger than SDKs accept. */
export function signSnapshot(snapshot: Snapshot, key: SigningKey): string | undefined {
  const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: key.kid })).toString('base64url');
  const signed = `${header}.${Buffer.from(JSON.stringify(snapshot)).toString('base64url')}`;
  const jws = `${signed}.${sign(null, Buffer.from(signed), key.privateKey).toString('base64url')}`;
  return jws.length > SNAPSHOT_MAX_BYTES ? undefined : jws;
}
