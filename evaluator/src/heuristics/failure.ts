import type { FinishReason } from '@understudy/contracts/call';

/** How a call ended, as far as the health of its target goes. */
export type Ending = 'answered' | 'timed-out' | 'failed' | 'withheld' | 'not-the-targets-fault';

export interface EndingFacts {
  readonly finishReason: FinishReason;
  /** `error.type`: an error class, a status code or a code of the provider. */
  readonly errorType: string | undefined;
  readonly statusIsError: boolean;
}

const TIME_OUT = /time[sd]?[\s_-]?out|deadline[\s_-]?exceeded|etimedout|^(?:http[\s_-]?)?(?:408|504|524)\b/;
/**
 * The caller's own doing, which says nothing about the target: an aborted call, a request that no target would take, a wrong key, a used-up account.
 * A rate limit (429), a vanished model (404) and an overload do count. A status of 400 may hide any of these; it does not count.
 */
const NOT_THE_TARGETS_FAULT = new RegExp([
  '^(?:http[\\s_-]?)?(?:400|401|402|403|413|422)\\b',
  'abort', 'cancell?ed', 'bad_?request', 'invalid_?request', 'unprocessable', 'authentication_?error', 'permission_?denied', 'permission_?error', 'invalid_?api_?key',
  '^quota', 'insufficient_quota', 'credit_balance', 'billing', 'unauthori[sz]ed', 'forbidden', 'access_?denied', 'context_?length', 'context_?window', 'too_?large', 'application_bug',
].join('|'));
/** The provider's filter said no: a refusal that came as an error. */
const WITHHELD = /content_?filter|content_?policy|moderation_blocked|safety_violation/;
const MAX_READ = 200;

/** One call's ending; the classes of failure are those that fail-over itself uses. */
export function endingOf({ finishReason, errorType, statusIsError }: EndingFacts): Ending {
  if (!statusIsError && errorType === undefined) return finishReason === 'error' ? 'failed' : 'answered';
  const type = (errorType ?? '').slice(0, MAX_READ).toLowerCase();
  if (TIME_OUT.test(type)) return 'timed-out';
  if (WITHHELD.test(type)) return 'withheld';
  return NOT_THE_TARGETS_FAULT.test(type) ? 'not-the-targets-fault' : 'failed';
}
