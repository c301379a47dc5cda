import { describe, expect, it } from 'vitest';
import { endingOf } from './failure.ts';

const ending = (errorType: string | undefined, statusIsError = errorType !== undefined) => endingOf({ errorType, statusIsError, finishReason: 'unknown' });

describe('how a call ended', () => {
  it('is answered without an error, and failed when the provider ends with one', () => {
    expect(ending(undefined)).toBe('answered');
    expect(endingOf({ errorType: undefined, statusIsError: false, finishReason: 'error' })).toBe('failed');
    expect(ending(undefined, true)).toBe('failed');
  });

  it.each(['timeout', 'TimeoutError', 'APIConnectionTimeoutError', 'APITimeoutError', 'ETIMEDOUT', 'Request timed out.', 'deadline_exceeded', 'UND_ERR_HEADERS_TIMEOUT', '504', '408', 'HTTP 504 Gateway Timeout'])(
    'is a time-out: %s', (type) => expect(ending(type)).toBe('timed-out'),
  );

  it.each(['500', '503', '529', '429', '404', 'RateLimitError', 'InternalServerError', 'APIConnectionError', 'overloaded_error', 'ECONNRESET', '_OTHER', 'StreamInterruptedError'])(
    'counts against the target: %s', (type) => expect(ending(type)).toBe('failed'),
  );

  it.each(['400', '401', '422', 'BadRequestError', 'AbortError', 'APIUserAbortError', 'cancelled', 'canceled', 'AuthenticationError', 'invalid_request_error', 'context_length_exceeded', 'insufficient_quota', 'HTTP 400 Bad Request', 'quota', 'unauthorized', 'too_large', 'caller_abort', 'context_length'])(
    'does not count against the target: %s', (type) => expect(ending(type)).toBe('not-the-targets-fault'),
  );

  it('is withheld by the provider\'s filter', () => expect(ending('content_filter')).toBe('withheld'));

  it('takes an error type in spite of a status that says ok', () => expect(ending('500', false)).toBe('failed'));
});
