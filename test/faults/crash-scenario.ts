import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type SeededRandom, seededRandom } from 'understudy/src/demo/seeded-random.ts';
import { checkCounts, type CountCheck } from '../support/check-counts.ts';
import { type EvaluatorProcess, startEvaluatorProcess } from '../support/evaluator-process.ts';
import type { EvaluatorPlan } from '../support/fault-plan.ts';
import { freePorts } from '../support/free-port.ts';
import { NumberedSender } from '../support/numbered-sender.ts';
import { runUnderstudy } from '../support/run-understudy.ts';
import { SnapshotWatcher } from '../support/snapshot-watcher.ts';
import { waitUntil } from '../support/wait-until.ts';
import { drawLife, type Life } from './drawn-life.ts';
import { endingOf, FALLBACK, POLICY, PRIMARY, ROUTES, SICK_ROUTE } from './sick-traffic.ts';

const LEARNED_MS = 60_000;
const OVERRIDDEN_MS = 60_000;
const RECOVERED_MS = 120_000;
/** Ends every minute in which a call arrived. */
const CLOCK_AHEAD_MS = 180_000;

export interface CrashReport extends CountCheck {
  readonly kills: number;
  /** Kills between an insert into ClickHouse and the commit of its step. */
  readonly killsBeforeCommit: number;
  readonly pauses: number;
  readonly retries: number;
  readonly repeats: number;
  readonly snapshots: number;
  readonly epochs: number;
  /** Kills while the override was in force. */
  readonly killsUnderOverride: number;
  readonly decisions: number;
  readonly different: number;
}

/**
 * Kills an evaluator under load, again and again: while it learns, while a model goes bad, while the override is in force. Then counts what it has counted.
 * `kills` a third each; everything is drawn from the seed but the machine's own timing. With `acrossMinute` one more, when the windows of a minute
 * have just been written. With `recovers` the model gets well again, and it is killed once more on the way back.
 */
export async function runCrashScenario(seed: number, kills: number, { acrossMinute = false, recovers = false } = {}): Promise<CrashReport> {
  const run = await CrashRun.begin(seed);
  try {
    const third = Math.floor(kills / 3);
    await run.dieOften(third);
    await run.live(() => run.isLearned(), 'all routes have learned', LEARNED_MS);
    run.sick = true;
    await run.dieOften(third);
    await run.live(() => run.isOverridden(), 'the override is in force', OVERRIDDEN_MS);
    await run.dieOften(kills - 2 * third);
    if (acrossMinute) await run.liveAndDie({ lifeMs: 75_000, death: { kind: 'after-insert', table: 'windows', insert: 1 } });
    if (recovers) await run.recover();
    return await run.report();
  } finally {
    await run.end();
  }
}

class CrashRun {
  sick = false;
  readonly #seed: number;
  readonly #directory: string;
  readonly #plan: EvaluatorPlan;
  readonly #random: SeededRandom;
  readonly #watcher: SnapshotWatcher;
  readonly #sender: NumberedSender;
  readonly #faults: string[] = [];
  #evaluator: EvaluatorProcess | undefined;
  #kills = 0;
  #killsBeforeCommit = 0;
  #killsUnderOverride = 0;
  #pauses = 0;
  #recovers = false;

  static async begin(seed: number): Promise<CrashRun> {
    const directory = mkdtempSync(join(tmpdir(), 'understudy-crash-'));
    const policyFile = join(directory, 'policy.yaml');
    writeFileSync(policyFile, POLICY);
    const [port = 0, otlpPort = 0] = await freePorts(2);
    return new CrashRun(seed, directory, { dataDirectory: join(directory, 'data'), policyFile, port, otlpPort });
  }

  private constructor(seed: number, directory: string, plan: EvaluatorPlan) {
    this.#seed = seed;
    this.#directory = directory;
    this.#plan = plan;
    this.#random = seededRandom(seed, 'lives');
    this.#watcher = new SnapshotWatcher(`http://127.0.0.1:${plan.port}`);
    this.#sender = new NumberedSender({
      urls: [`http://127.0.0.1:${plan.otlpPort}`], seed, routes: ROUTES, targets: [PRIMARY, FALLBACK], everyMs: 50, callsABatch: 12,
      choose: (route, random) => this.#choose(route, random), endingOf: (route, target, random) => endingOf(this.sick, route, target, random),
    });
  }

  /** As an application does: by the shares of the override, else its own order. */
  #choose(route: string, random: SeededRandom): { target: string; purpose: 'serve' | 'probe' | 'standby' } {
    let drawn = 100 * random.next();
    for (const share of this.#watcher.entryOf(route)?.targets ?? []) {
      drawn -= share.percent;
      if (drawn < 0) return { target: share.id, purpose: share.purpose };
    }
    return { target: PRIMARY, purpose: 'serve' };
  }

  async dieOften(times: number): Promise<void> {
    for (let i = 0; i < times; i++) await this.liveAndDie(drawLife(this.#random));
  }

  async liveAndDie(life: Life): Promise<void> {
    const evaluator = this.#evaluator ?? await startEvaluatorProcess({ ...this.#plan, death: life.death });
    if (this.#evaluator !== undefined && life.death !== undefined) evaluator.arm(life.death);
    this.#evaluator = evaluator;
    await Promise.race([pause(life.lifeMs), evaluator.ended]);
    if (life.pauseMs !== undefined && evaluator.isAlive()) {
      this.#pauses += 1;
      evaluator.kill('SIGSTOP');
      await pause(life.pauseMs);
      if (life.resumedMs !== undefined) {
        evaluator.kill('SIGCONT');
        await Promise.race([pause(life.resumedMs), evaluator.ended]);
      }
    }
    if (this.isOverridden()) this.#killsUnderOverride += 1;
    evaluator.kill('SIGKILL');
    const how = await evaluator.ended;
    if (how !== 'SIGKILL') this.#faults.push(`it ended by itself (${how}): ${evaluator.said.slice(-5).join(' | ')}`);
    if (evaluator.said.some((line) => line.startsWith('died after-insert'))) this.#killsBeforeCommit += 1;
    this.#kills += 1;
    this.#evaluator = undefined;
  }

  /** A life that goes on, until what is waited for has come; its end is the next kill's. */
  async live(until: () => Promise<boolean> | boolean, what: string, withinMs: number): Promise<void> {
    this.#evaluator = await startEvaluatorProcess(this.#plan);
    await waitUntil(what, withinMs, async () => await until());
  }

  async isLearned(): Promise<boolean> {
    const { items } = (await (await fetch(`http://127.0.0.1:${this.#plan.port}/v1/routes`)).json()) as { items: { state: string; targets: { proved: boolean; hasBaseline: boolean }[] }[] };
    return items.length === ROUTES.length && items.every(({ state, targets }) => state === 'healthy' && targets.length === 2 && targets.every(({ proved, hasBaseline }) => proved && hasBaseline));
  }

  isOverridden(): boolean {
    return this.#watcher.entryOf(SICK_ROUTE)?.targets.some(({ id, percent }) => id === FALLBACK && percent > 50) === true;
  }

  async recover(): Promise<void> {
    this.sick = false;
    this.#recovers = true;
    await this.dieOften(1);
    await this.live(() => !this.isOverridden(), 'the override is taken back', RECOVERED_MS);
    await this.dieOften(1);
  }

  async report(): Promise<CrashReport> {
    if (this.#evaluator?.isAlive() !== true) this.#evaluator = await startEvaluatorProcess(this.#plan);
    await this.#sender.stop();
    if (this.isOverridden() === this.#recovers) this.#faults.push(this.#recovers ? 'the override came back' : 'the override did not survive the kills');
    await this.#watcher.stop();
    this.#evaluator.kill('SIGKILL');
    await this.#evaluator.ended;
    this.#evaluator = await startEvaluatorProcess({ ...this.#plan, clockAheadMs: CLOCK_AHEAD_MS });
    const counts = await checkCounts(this.#evaluator, this.#sender.sent);
    const { decisions, different } = await this.#verify(this.#evaluator);
    return {
      ...counts, faults: [...this.#faults, ...this.#watcher.faults, ...counts.faults], kills: this.#kills, killsBeforeCommit: this.#killsBeforeCommit, pauses: this.#pauses,
      retries: this.#sender.retries, repeats: this.#sender.repeats, snapshots: this.#watcher.seen.length, epochs: new Set(this.#watcher.seen.map(({ epoch }) => epoch)).size,
      killsUnderOverride: this.#killsUnderOverride, decisions, different,
    };
  }

  /** Stops the evaluator, folds the evidence again, and compares the stored decisions in number. */
  async #verify(evaluator: EvaluatorProcess): Promise<{ decisions: number; different: number }> {
    const beside = await this.#runVerify();
    if (beside.different !== 0) this.#faults.push(`verify beside the running system: ${beside.different} different`);
    await pause(1_500);
    const archived = Number((await evaluator.query<{ n: string }>('SELECT count() AS n FROM decisions FINAL'))[0]?.n);
    const how = await evaluator.stop();
    if (how !== '0') this.#faults.push(`SIGTERM ended it with ${how}`);
    const after = await this.#runVerify();
    if (after.decisions !== archived) this.#faults.push(`${archived} decisions are archived, ${after.decisions} are in the log`);
    return after;
  }

  async #runVerify(): Promise<{ decisions: number; different: number }> {
    const { stdout, stderr } = await runUnderstudy(['verify', '--data', this.#plan.dataDirectory, '--json']);
    for (const line of stderr.split('\n').filter((text) => text !== '').slice(0, 5)) this.#faults.push(`verify (seed ${this.#seed}): ${line}`);
    return JSON.parse(stdout) as { decisions: number; different: number };
  }

  async end(): Promise<void> {
    this.#evaluator?.kill('SIGCONT');
    this.#evaluator?.kill('SIGKILL');
    await this.#evaluator?.ended;
    await this.#watcher.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
