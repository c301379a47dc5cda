import { UnderstudyError } from '../problem.ts';

/** The bytes are not an OTLP trace request. `offset` is where the reader stood, in bytes from the begin of the (inflated) protobuf. */
export class MalformedOtlp extends UnderstudyError {
  readonly offset: number | undefined;

  constructor(detail: string, offset?: number) {
    super({
      code: 'MALFORMED_OTLP',
      message: `not a valid OTLP trace request: ${detail}${offset === undefined ? '' : ` (byte ${offset})`}`,
      fix: 'Send an ExportTraceServiceRequest as an OpenTelemetry exporter encodes it, with the content type that names its encoding.',
    });
    this.name = 'MalformedOtlp';
    this.offset = offset;
  }
}

/** The request is well formed, but more than the receiver takes. */
export class OverLimit extends UnderstudyError {
  constructor(message: string, fix: string) {
    super({ code: 'OVER_LIMIT', message, fix });
    this.name = 'OverLimit';
  }
}

/** So many broken spans are left out one by one; a sender that breaks more is refused, since finding each costs some 10 µs. */
export const MAX_MALFORMED_SPANS = 1_000;

export function tooManyMalformed(): MalformedOtlp {
  return new MalformedOtlp(`more than ${MAX_MALFORMED_SPANS} broken spans`);
}
