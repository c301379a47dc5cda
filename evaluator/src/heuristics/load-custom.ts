import { UnderstudyError } from '@understudy/contracts/problem';
import type { CustomSignal } from '@understudy/contracts/signal';
import type { Answer } from './answer.ts';
import type { Finding, Heuristic } from './heuristic.ts';

/** A heuristic of the user's own, and how often it failed. */
export interface CustomHeuristic extends Heuristic {
  readonly signal: CustomSignal;
  /** Calls in which it threw, or gave something else than 0, 1 or nothing: they have no value of it. */
  readonly failures: number;
}

export interface CustomHeuristicSource {
  /** `heuristics` of the policy: name → path. */
  readonly files: Readonly<Record<string, string>>;
  /** The address of a path, which is relative to the policy file. */
  readonly urlOf: (path: string) => URL;
  /** Told once a heuristic, with its first failure. */
  readonly onFailure: (message: string) => void;
}

/** Words of one finding that are kept, and their length. */
const MAX_FLAGS = 5;
const MAX_FLAG = 60;

/**
 * The heuristics that a policy names: files (`.ts`, `.js` or `.mjs`) that export `version`, a number, and `score(answer)`, which gives 0 or 1 (1 is bad), `{ score, flags }`, or
 * undefined for "not applicable". A file that cannot be loaded is an error; a heuristic that throws has no value for that call. It is code of the user's own in this process:
 * its time is not bounded, and it sees what people wrote.
 */
export async function loadCustomHeuristics({ files, urlOf, onFailure }: CustomHeuristicSource): Promise<CustomHeuristic[]> {
  return Promise.all(Object.entries(files).map(([name, path]) => loadOne(name, path, urlOf(path), onFailure)));
}

async function loadOne(name: string, path: string, url: URL, onFailure: (message: string) => void): Promise<CustomHeuristic> {
  const loaded = await importedFrom(name, path, url);
  const version = exportOf(loaded, 'version');
  const score = exportOf(loaded, 'score');
  if (typeof version !== 'number' || !Number.isFinite(version)) throw refused(name, path, 'it exports no number `version`');
  if (typeof score !== 'function') throw refused(name, path, 'it exports no function `score`');
  return new FileHeuristic(`custom.${name}`, version, score as (answer: Answer) => unknown, onFailure);
}

async function importedFrom(name: string, path: string, url: URL): Promise<unknown> {
  try {
    return await import(url.href);
  } catch (error) {
    // Where a mistake of syntax stands Node tells nobody but its own command.
    const fix = error instanceof Error && error.name === 'SyntaxError' ? `\`npx node --check ${decodeURIComponent(url.pathname)}\` shows the line.` : undefined;
    throw refused(name, path, error instanceof Error ? importProblem(error) : 'it cannot be imported', { cause: error, fix });
  }
}

/** Who imports a file that is not there is no news to its author. */
function importProblem(error: Error): string {
  return error.message.replace(/ imported from .*/, '').slice(0, 500);
}

function exportOf(loaded: unknown, name: string): unknown {
  return typeof loaded === 'object' && loaded !== null && name in loaded ? (loaded as Record<string, unknown>)[name] : undefined;
}

const FIX = 'Let the file export `version`, a number, and `score(answer)`, or take its line out of `heuristics`. Its path counts from the policy file.';

function refused(name: string, path: string, reason: string, { cause, fix = FIX }: { cause?: unknown; fix?: string | undefined } = {}): UnderstudyError {
  return new UnderstudyError({ code: 'HEURISTIC', message: `heuristic ${name} (${path}): ${reason}`, fix, cause });
}

class FileHeuristic implements CustomHeuristic {
  readonly signal: CustomSignal;
  readonly version: number;
  readonly #score: (answer: Answer) => unknown;
  readonly #onFailure: (message: string) => void;
  #failures = 0;

  constructor(signal: CustomSignal, version: number, score: (answer: Answer) => unknown, onFailure: (message: string) => void) {
    this.signal = signal;
    this.version = version;
    this.#score = score;
    this.#onFailure = onFailure;
  }

  get failures(): number {
    return this.#failures;
  }

  score(answer: Answer): Finding | undefined {
    try {
      return findingOf(this.#score(answer));
    } catch (error) {
      this.#failures += 1;
      // Not for every call: that would be the louder fault.
      if (this.#failures === 1) this.#onFailure(`${this.signal} failed and has no value for such calls: ${error instanceof Error ? error.message.slice(0, 200) : 'it threw'}`);
      return undefined;
    }
  }
}

/** Throws for what is none. */
function findingOf(returned: unknown): Finding | undefined {
  if (returned === undefined) return undefined;
  const score: unknown = exportOf(returned, 'score') ?? returned;
  if (score !== 0 && score !== 1) throw new Error(`it gave ${describe(returned)} in place of 0, 1 or undefined`);
  const flags = exportOf(returned, 'flags');
  return Array.isArray(flags) ? { score, flags: flags.slice(0, MAX_FLAGS).map((flag) => String(flag).slice(0, MAX_FLAG).toWellFormed()) } : { score };
}

function describe(value: unknown): string {
  return value instanceof Promise ? 'a promise' : String(JSON.stringify(value)).slice(0, 40);
}
