/** Why a snapshot was not taken. The last good one stays in force. */
export type RejectionReason =
  | 'too-large' | 'malformed' | 'wrong-algorithm' | 'unknown-key' | 'bad-signature' | 'wrong-schema' | 'other-project' | 'old-version' | 'expired' | 'undeclared-target';

export interface Rejection {
  readonly kind: 'rejected';
  readonly reason: RejectionReason;
  readonly detail: string;
}

export function rejected(reason: RejectionReason, detail: string): Rejection {
  return { kind: 'rejected', reason, detail };
}
