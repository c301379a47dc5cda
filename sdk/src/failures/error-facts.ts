import { parseRetryAfter } from './retry-after.ts';

/** What can be read off an error, whatever library threw it. */
export interface ErrorFacts {
  readonly status: number | undefined;
  /** The provider's own words in the body; they say more than the status. */
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly name: string;
  readonly message: string;
  /** Code of the operating system or of the HTTP client, from the chain of causes. */
  readonly systemCode: string | undefined;
  readonly retryAfterMs: number | undefined;
}

const MAX_CAUSES = 5;
const SYSTEM_CODE = /^(E[A-Z]{3,}|UND_ERR_[A-Z_]+|CERT_[A-Z_]+|ERR_TLS_[A-Z_]+|ERR_SSL_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+)$/;

export function factsOf(error: unknown, nowWallMs: number): ErrorFacts {
  const chain = causesOf(error);
  const status = first(chain, (item) => statusOf(item));
  const body = first(chain, (item) => objectOf(item.error));
  const head = chain[0];
  return {
    status,
    code: textOf(head?.code, true) ?? textOf(body?.code, true),
    type: textOf(head?.type, true) ?? textOf(body?.type, true) ?? textOf(objectOf(body?.error)?.type, true),
    name: nameOf(head),
    message: chain.map((item) => textOf(item.message) ?? '').join(' ').slice(0, 2_000),
    systemCode: first(chain, (item) => (typeof item.code === 'string' && SYSTEM_CODE.test(item.code) ? item.code : undefined)),
    retryAfterMs: first(chain, (item) => retryAfterOf(item, nowWallMs)),
  };
}

/** Most libraries leave `name` at `Error` and speak through the class. */
function nameOf(head: Fields | undefined): string {
  const name = textOf(head?.name);
  return (name === undefined || name === 'Error' ? textOf(objectOf(head?.constructor)?.name) : name) ?? 'Error';
}

type Fields = Readonly<Record<string, unknown>>;

function causesOf(error: unknown): Fields[] {
  const chain: Fields[] = [];
  for (let item = objectOf(error); item !== undefined && chain.length < MAX_CAUSES; item = objectOf(item.cause)) chain.push(item);
  return chain;
}

function first<Value>(chain: readonly Fields[], read: (item: Fields) => Value | undefined): Value | undefined {
  for (const item of chain) {
    const value = read(item);
    if (value !== undefined) return value;
  }
  return undefined;
}

function objectOf(value: unknown): Fields | undefined {
  return (typeof value === 'object' || typeof value === 'function') && value !== null ? (value as Fields) : undefined;
}

function textOf(value: unknown, notSystem = false): string | undefined {
  return typeof value === 'string' && value !== '' && !(notSystem && SYSTEM_CODE.test(value)) ? value : undefined;
}

function statusOf(item: Fields): number | undefined {
  const candidates = [item.status, item.statusCode, objectOf(item.$metadata)?.httpStatusCode, objectOf(item.response)?.status];
  return candidates.find((value): value is number => typeof value === 'number' && value >= 100 && value <= 599);
}

function retryAfterOf(item: Fields, nowWallMs: number): number | undefined {
  const headers = objectOf(item.headers) ?? objectOf(item.responseHeaders) ?? objectOf(objectOf(item.response)?.headers);
  if (headers === undefined) return undefined;
  const read = (name: string): string | undefined => textOf(typeof headers.get === 'function' ? (headers as unknown as Headers).get(name) : headers[name]);
  return parseRetryAfter(read('retry-after-ms'), read('retry-after'), nowWallMs);
}
