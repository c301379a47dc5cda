import type { TracerProvider } from '@opentelemetry/api';
import type { Redact } from './telemetry/redaction.ts';

/** What an application passes to `createUnderstudy`. Everything but `service` may come from the environment instead. */
export interface UnderstudyOptions {
  /** The evaluator, e.g. `http://127.0.0.1:4319`. Environment: `UNDERSTUDY_ENDPOINT`. */
  readonly endpoint?: string;
  /** Where spans go, when not to `endpoint`. Environment: `UNDERSTUDY_OTLP_ENDPOINT`, then `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` and `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly otlpEndpoint?: string;
  /** The application's name, `service.name` on its spans. */
  readonly service: string;
  /** Separates installations' data. Environment: `UNDERSTUDY_PROJECT`; `default` unless set. */
  readonly project?: string;
  /** Key that overrides must be signed with: a JWK or JWKS as JSON, a PEM, or the base64url `x` of an Ed25519 key. Environment: `UNDERSTUDY_PUBLIC_KEY`. */
  readonly publicKey?: string;
  /** Whether prompts and answers go on spans. Default: only to an endpoint on this machine. Environment: `UNDERSTUDY_CAPTURE_CONTENT`. */
  readonly captureContent?: boolean;
  /**
   * Applied to every text of prompts, answers and failures before it is recorded, after keys, tokens and private keys of well-known forms have been taken out,
   * which is a safety net and no guarantee. When it throws or returns no string, that content is not recorded; `status()` counts it.
   */
  readonly redact?: Redact;
  /** The application's own OpenTelemetry. Default in the core: the global one; in `@understudy/sdk/node`: one of our own. */
  readonly tracerProvider?: TracerProvider;
}

export interface Settings {
  readonly endpoint: URL | undefined;
  /** Full address of `/v1/traces`. */
  readonly tracesUrl: string | undefined;
  readonly service: string;
  readonly project: string;
  readonly publicKey: string | undefined;
  readonly captureContent: boolean;
  readonly redact: Redact | undefined;
  /** Nobody asked for content; it is on because nothing leaves this machine. To be said once. */
  readonly capturesByDefault: boolean;
  /** False: `UNDERSTUDY_OVERRIDES=off`; the control plane is not even asked. */
  readonly followOverrides: boolean;
  /** `UNDERSTUDY_FORCE=route=target,…`. */
  readonly force: ReadonlyMap<string, string>;
  /** `UNDERSTUDY_DISABLE=1`: wrappers pass through, nothing else happens. */
  readonly disabled: boolean;
  /** `OTEL_SDK_DISABLED=true`: routing goes on, without spans. */
  readonly spansDisabled: boolean;
  /** What in the configuration could not be used; shown by `status()`, never thrown. */
  readonly problems: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function processEnvironment(): Environment {
  return typeof process === 'undefined' ? {} : process.env;
}

/** Options, then the environment, then defaults. A value that cannot be used becomes a problem, never an exception. */
export function readSettings(options: UnderstudyOptions, environment: Environment): Settings {
  const problems: string[] = [];
  const endpoint = readUrl(options.endpoint ?? environment.UNDERSTUDY_ENDPOINT, 'endpoint', problems);
  if (endpoint === undefined && problems.length === 0) problems.push('no endpoint: pass `endpoint` or set UNDERSTUDY_ENDPOINT; until then the app order is used');
  const tracesUrl = readTracesUrl(options, environment, endpoint, problems);
  const asked = options.captureContent ?? readFlag(environment.UNDERSTUDY_CAPTURE_CONTENT, 'UNDERSTUDY_CAPTURE_CONTENT', problems);
  return {
    endpoint, tracesUrl,
    service: options.service,
    project: options.project ?? environment.UNDERSTUDY_PROJECT ?? 'default',
    publicKey: options.publicKey ?? environment.UNDERSTUDY_PUBLIC_KEY,
    captureContent: asked ?? isLoopback(tracesUrl),
    redact: options.redact,
    capturesByDefault: asked === undefined && isLoopback(tracesUrl),
    followOverrides: !['off', '0', 'false'].includes((environment.UNDERSTUDY_OVERRIDES ?? '').toLowerCase()),
    force: readForce(environment.UNDERSTUDY_FORCE, problems),
    disabled: readFlag(environment.UNDERSTUDY_DISABLE, 'UNDERSTUDY_DISABLE', problems) ?? false,
    spansDisabled: environment.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true',
    problems,
  };
}

/** True for an address that never leaves this machine. */
export function isLoopback(address: string | URL | undefined): boolean {
  if (address === undefined || !URL.canParse(String(address))) return false;
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function readUrl(text: string | undefined, name: string, problems: string[]): URL | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  problems.push(`${name} is not an http(s) address: ${String(text).slice(0, 100)}`);
  return undefined;
}

function readTracesUrl(options: UnderstudyOptions, environment: Environment, endpoint: URL | undefined, problems: string[]): string | undefined {
  const ours = readUrl(options.otlpEndpoint ?? environment.UNDERSTUDY_OTLP_ENDPOINT, 'otlpEndpoint', problems);
  if (ours !== undefined) return withPath(ours, 'v1/traces');
  const exact = readUrl(environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', problems);
  if (exact !== undefined) return exact.href;
  const base = readUrl(environment.OTEL_EXPORTER_OTLP_ENDPOINT, 'OTEL_EXPORTER_OTLP_ENDPOINT', problems) ?? endpoint;
  return base === undefined ? undefined : withPath(base, 'v1/traces');
}

/** `path` under a base address; an address that already ends in it is kept. */
export function withPath(base: URL, path: string): string {
  const url = new URL(base);
  const trimmed = url.pathname.replace(/\/+$/, '');
  url.pathname = trimmed.endsWith(`/${path}`) ? trimmed : `${trimmed}/${path}`;
  return url.href;
}

function readFlag(text: string | undefined, name: string, problems: string[]): boolean | undefined {
  if (text === undefined || text === '') return undefined;
  if (['1', 'true', 'on'].includes(text.toLowerCase())) return true;
  if (['0', 'false', 'off'].includes(text.toLowerCase())) return false;
  problems.push(`${name} is neither 0 nor 1: ${text.slice(0, 100)}`);
  return undefined;
}

/** `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT` or `OTEL_EXPORTER_OTLP_TIMEOUT`, ms; for the exporter of our own. */
export function readExportTimeoutMs(environment: Environment): number | undefined {
  const value = Number(environment.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? environment.OTEL_EXPORTER_OTLP_TIMEOUT ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function readForce(text: string | undefined, problems: string[]): ReadonlyMap<string, string> {
  const force = new Map<string, string>();
  for (const part of (text ?? '').split(',').map((item) => item.trim()).filter((item) => item !== '')) {
    const at = part.indexOf('=');
    if (at > 0 && at < part.length - 1) force.set(part.slice(0, at), part.slice(at + 1));
    else problems.push(`UNDERSTUDY_FORCE is not route=target: ${part.slice(0, 100)}`);
  }
  return force;
}
