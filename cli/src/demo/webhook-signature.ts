import { createHmac, timingSafeEqual } from 'node:crypto';

/** An older or later message is a replay, or from a clock that is wrong. */
const TOLERANCE_SECONDS = 300;

export interface SignedMessage { readonly id: string; readonly timestamp: string; readonly signatures: string; readonly body: string }

/** Whether a webhook is from who knows the secret (`whsec_` and base64), by https://www.standardwebhooks.com. */
export function isSignedBy(secret: string, { id, timestamp, signatures, body }: SignedMessage, nowMs: number): boolean {
  if (!/^\d{1,15}$/.test(timestamp) || Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return signatures.split(' ').some((signature) => signature.startsWith('v1,') && isEqual(Buffer.from(signature.slice('v1,'.length), 'base64'), expected));
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
