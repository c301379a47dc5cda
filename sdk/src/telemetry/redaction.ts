import type { GenAiMessage } from './message-parts.ts';

/**
 * Secrets that give themselves away by their form. Every pattern takes time in proportion to the text, since whatever it looks at more than once is bounded;
 * each begins with its rarest letters, which the engine finds fast.
 */
const SECRETS: readonly RegExp[] = [
  // Keys of model providers, Stripe, GitHub, Slack, Google, Hugging Face and AWS; the digit keeps ordinary words out.
  /()\b(?:(?:sk|rk|pk|gsk|xai|hf|gh[opsur]|github_pat|xox[abeoprs])[-_](?=[a-z_-]{0,60}\d)[\w-]{16,}|AIza[\w-]{35}|(?:AKIA|ASIA)[A-Z0-9]{16})/gi,
  // JSON Web Tokens.
  /()(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g,
  /\b(bearer\s)(?=[a-z._~+/=-]{0,200}\d)[\w.~+/=-]{16,}/gi,
  // To the end of the text where the end of the key is missing.
  /()-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
];
/** After what stays, the first group of every pattern. */
const MARK = '$1[redacted]';

/** What an application does to a text before it may leave the process. */
export type Redact = (text: string) => string;

/** Takes secrets out of what is recorded. A safety net, no guarantee: it knows secrets by their form only. */
export class Redactor {
  /** Contents that were not recorded at all, since they could not be redacted. */
  dropped = 0;
  readonly #redact: Redact | undefined;

  constructor(redact: Redact | undefined) {
    this.#redact = redact;
  }

  /** What `write` makes of the messages without their secrets; undefined when that fails, however it fails. */
  content(messages: () => readonly GenAiMessage[], write: (messages: readonly GenAiMessage[]) => string): string | undefined {
    return this.#orNothing(() => write(messages().map((message) => this.#message(message))));
  }

  /** Any other value as JSON without its secrets; undefined when that fails, or is longer. */
  json(value: () => unknown, mostCharacters: number): string | undefined {
    const text = this.#orNothing(() => JSON.stringify(this.#deep(value())));
    return text !== undefined && text.length <= mostCharacters ? text : undefined;
  }

  text(text: string): string | undefined {
    return this.#orNothing(() => this.#string(text));
  }

  #orNothing(work: () => string): string | undefined {
    try {
      return work();
    } catch {
      this.dropped += 1;
      return undefined;
    }
  }

  /** Everything but the words of the format itself, which the evaluator reads. */
  #message({ role, parts, finish_reason: finishReason, ...rest }: GenAiMessage): GenAiMessage {
    return {
      ...(this.#deep(rest) as object), role,
      parts: parts.map(({ type, ...part }) => ({ type, ...(this.#deep(part) as object) })),
      ...(finishReason === undefined ? {} : { finish_reason: finishReason }),
    };
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.#string(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#deep(item));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#deep(item)]));
  }

  #string(text: string): string {
    const clean = SECRETS.reduce((rest, pattern) => rest.replace(pattern, MARK), text);
    if (this.#redact === undefined) return clean;
    const redacted: unknown = this.#redact(clean);
    if (typeof redacted === 'string') return redacted;
    // An asynchronous function, say: nobody waits for it, and nobody would hear of its failure.
    Promise.resolve(redacted).catch(() => {});
    throw new TypeError('redact returned no string');
  }
}
