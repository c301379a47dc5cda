import type { JudgePolicy } from '@understudy/contracts/policy-judge';
import { UnderstudyError } from '@understudy/contracts/problem';
import type { Judge } from './judge.ts';

/** After a configuration that did not work: so long until it is tried again. */
const AGAIN_AFTER_MS = 10_000;

/** The judge of the policy in force, made anew when its part of the policy changes. */
export class ConfiguredJudge {
  readonly #make: (policy: JudgePolicy) => Judge;
  #text: string | undefined;
  #judge: Judge | undefined;
  #trouble: string | undefined;
  #triedAtMs = 0;

  constructor(make: (policy: JudgePolicy) => Judge) {
    this.#make = make;
  }

  /** Undefined where none is configured or what is configured does not work. */
  of(policy: JudgePolicy | undefined, nowMs: number): Judge | undefined {
    const text = policy === undefined ? undefined : JSON.stringify(policy);
    if (text === this.#text && (this.#trouble === undefined || nowMs - this.#triedAtMs < AGAIN_AFTER_MS)) return this.#judge;
    this.#text = text;
    this.#triedAtMs = nowMs;
    this.#trouble = undefined;
    this.#judge = undefined;
    try {
      if (policy !== undefined) this.#judge = this.#make(policy);
    } catch (error) {
      this.#trouble = textOf(error);
    }
    return this.#judge;
  }

  /** Why there is no judge although one is configured, for people. */
  trouble(): string | undefined {
    return this.#trouble;
  }
}

function textOf(error: unknown): string {
  if (error instanceof UnderstudyError) return `${error.message}. ${error.fix}`;
  return error instanceof Error ? error.message : String(error);
}
