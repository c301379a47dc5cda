import type { Snapshot } from '@understudy/contracts/snapshot';
import { decodeBase64Url, decodeJson } from './base64url.ts';
import { checkSnapshot } from './check-snapshot.ts';
import type { VerificationKey } from './public-keys.ts';
import { type Rejection, rejected } from './rejection.ts';

/** Payload bytes at most. */
export const MAX_SNAPSHOT_BYTES = 64 * 1024;
const MAX_HEADER_CHARACTERS = 1_000;
/** The same in base64url, with header and signature. */
export const MAX_JWS_CHARACTERS = Math.ceil((MAX_SNAPSHOT_BYTES * 4) / 3) + 1_024;

export type Verified = { readonly kind: 'verified'; readonly snapshot: Snapshot; readonly signer: VerificationKey } | Rejection;

/** A compact JWS, EdDSA and nothing else, over exactly the bytes that arrived. */
export async function verifySnapshot(jws: string, keys: readonly VerificationKey[], project: string): Promise<Verified> {
  if (jws.length > MAX_JWS_CHARACTERS) return rejected('too-large', `${jws.length} characters`);
  const [header, payload, signature, ...more] = jws.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0 || header.length > MAX_HEADER_CHARACTERS) return rejected('malformed', 'not a compact JWS');
  const fields = decodeJson(header) as { alg?: unknown; kid?: unknown; crit?: unknown; b64?: unknown } | null | undefined;
  const signatureBytes = decodeBase64Url(signature);
  if (typeof fields !== 'object' || fields === null || signatureBytes === undefined) return rejected('malformed', 'header or signature cannot be read');
  if (fields.alg !== 'EdDSA' || fields.crit !== undefined || fields.b64 !== undefined) return rejected('wrong-algorithm', 'only EdDSA, without extensions');
  const candidates = keys.filter((key) => key.kid === undefined || key.kid === fields.kid);
  if (candidates.length === 0) return rejected('unknown-key', 'signed with a key that is not pinned here');
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  const signer = await signerOf(candidates, signatureBytes, signed);
  return signer === undefined ? rejected('bad-signature', 'the signature does not fit') : checkPayload(payload, project, signer);
}

async function signerOf(keys: readonly VerificationKey[], signature: Uint8Array<ArrayBuffer>, signed: Uint8Array<ArrayBuffer>): Promise<VerificationKey | undefined> {
  for (const candidate of keys) if (await crypto.subtle.verify('Ed25519', candidate.key, signature, signed)) return candidate;
  return undefined;
}

function checkPayload(payload: string, project: string, signer: VerificationKey): Verified {
  if (payload.length > Math.ceil((MAX_SNAPSHOT_BYTES * 4) / 3)) return rejected('too-large', `${payload.length} characters of payload`);
  const snapshot = checkSnapshot(decodeJson(payload));
  if (snapshot === undefined) return rejected('wrong-schema', 'the payload is not a snapshot of version 1');
  if (snapshot.project !== project) return rejected('other-project', `for the project ${snapshot.project.slice(0, 100)}, not ${project}`);
  return { kind: 'verified', snapshot, signer };
}
