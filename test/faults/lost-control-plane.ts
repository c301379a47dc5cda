import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SNAPSHOT_TTL_MS } from '@understudy/contracts/snapshot';
import { createProviderServer } from 'understudy/src/demo/provider-server.ts';
import { AskingApplication } from '../support/asking-application.ts';
import type { EvaluatorPlan } from '../support/fault-plan.ts';
import { freePorts } from '../support/free-port.ts';
import { type GarbageServer, startGarbageServer } from '../support/garbage-server.ts';
import { waitUntil } from '../support/wait-until.ts';
import { type ControlPlane, type ControlPlanePlace, inOneProcess } from './control-plane.ts';

export const LOSSES = ['killed', 'stopped', 'garbage'] as const;
export type Loss = (typeof LOSSES)[number];

const ROUTE = 'support.answer';
const PRIMARY = 'openai/gpt-5';
const FALLBACK = 'openai/gpt-5-mini';
const SETTLE_MS = 20_000;

export interface LossReport {
  readonly answers: number;
  readonly failures: readonly string[];
  /** From the loss to the last call that still followed the override, ms; undefined when it came back first. */
  readonly overrideEndedMs: number | undefined;
  /** From the control plane's return to the first call that followed its override, ms. */
  readonly convergedMs: number;
  readonly epochs: readonly [before: number, after: number];
}

/** Takes the evaluator away from an application in the middle of an override, for `awayMs` (for good measure longer than the lease), and gives it back. */
export async function runLostControlPlane(loss: Loss, awayMs = SNAPSHOT_TTL_MS + 3_000, place: ControlPlanePlace = inOneProcess()): Promise<LossReport> {
  const run = await LossRun.begin(place);
  try {
    await run.override();
    const lostMs = performance.now();
    await run.lose(loss);
    await pause(awayMs);
    const before = run.version();
    const backMs = performance.now();
    await run.giveBack(loss);
    const convergedMs = await run.convergence(backMs, before);
    return { ...(await run.end()), overrideEndedMs: awayMs < SNAPSHOT_TTL_MS ? undefined : run.lastOverrideBefore(backMs) - lostMs, convergedMs, epochs: [before.epoch, run.version().epoch] };
  } finally {
    await run.cleanUp();
  }
}

class LossRun {
  readonly #directory: string;
  readonly #plan: EvaluatorPlan;
  readonly #provider: Server;
  readonly #application: AskingApplication;
  readonly #place: ControlPlanePlace;
  #evaluator: ControlPlane;
  #garbage: GarbageServer | undefined;

  static async begin(place: ControlPlanePlace): Promise<LossRun> {
    const directory = mkdtempSync(join(tmpdir(), 'understudy-loss-'));
    const policyFile = join(directory, 'policy.yaml');
    writeFileSync(policyFile, 'version: 1\n');
    const [port = 0, otlpPort = 0] = await freePorts(2);
    const plan = { dataDirectory: join(directory, 'data'), policyFile, port, otlpPort };
    const provider = createProviderServer(1);
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    return new LossRun({ directory, plan, provider, place, evaluator: await place.start(plan) });
  }

  private constructor({ directory, plan, provider, place, evaluator }: { directory: string; plan: EvaluatorPlan; provider: Server; place: ControlPlanePlace; evaluator: ControlPlane }) {
    this.#place = place;
    this.#directory = directory;
    this.#plan = plan;
    this.#provider = provider;
    this.#evaluator = evaluator;
    this.#application = new AskingApplication({ providerUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`, endpoint: evaluator.api, route: ROUTE });
  }

  /** An operator's pin: the same signed entry as any override, and it lasts over restarts. */
  async override(): Promise<void> {
    const pin = () => fetch(`${this.#evaluator.api}/v1/routes/${ROUTE}/pin`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ target: FALLBACK, forSeconds: 3_600, reason: 'fault test' }) });
    await waitUntil('the pin is taken', SETTLE_MS, async () => (await pin()).status === 202);
    await waitUntil('the application follows the override', SETTLE_MS, () => this.#isOverridden());
  }

  #isOverridden(): boolean {
    const newest = this.#application.answers.at(-1);
    return newest?.target === FALLBACK && newest.reason === 'override';
  }

  /** Of the newest snapshot that the application has accepted. */
  version(): { epoch: number; version: number } {
    const { epoch = -1, version = -1 } = this.#application.status().overrides;
    return { epoch, version };
  }

  async lose(loss: Loss): Promise<void> {
    if (loss === 'stopped') {
      this.#evaluator.kill('SIGSTOP');
      return;
    }
    this.#evaluator.kill('SIGKILL');
    await this.#evaluator.ended;
    if (loss !== 'garbage') return;
    const forgedEntry = { targets: [{ id: FALLBACK, percent: 100, purpose: 'serve' as const }], reason: 'forged' };
    this.#garbage = await startGarbageServer(this.#plan.port, { v: 1, project: 'default', epoch: 999_999, version: 9, ttlMs: 60_000, frozen: false, routes: { [ROUTE]: forgedEntry } });
  }

  async giveBack(loss: Loss): Promise<void> {
    if (loss === 'stopped') {
      this.#evaluator.kill('SIGCONT');
      return;
    }
    if (this.#garbage?.requests() === 0) throw new Error('nobody asked the garbage server');
    await this.#garbage?.close();
    this.#garbage = undefined;
    this.#evaluator = await this.#place.start(this.#plan);
  }

  /** Until the application follows news from after the return. */
  async convergence(backMs: number, before: { epoch: number; version: number }): Promise<number> {
    const hasNews = () => this.version().epoch > before.epoch || (this.version().epoch === before.epoch && this.version().version > before.version);
    await waitUntil('the application follows the override again', this.#place.convergeMs, () => hasNews() && this.#isOverridden(), 20);
    return performance.now() - backMs;
  }

  /** When the last call was made that followed the override before a time. */
  lastOverrideBefore(ms: number): number {
    return this.#application.answers.findLast(({ askedMs, reason }) => askedMs < ms && reason === 'override')?.askedMs ?? Number.NaN;
  }

  async end(): Promise<Pick<LossReport, 'answers' | 'failures'>> {
    await this.#application.stop();
    const { answers, failures } = this.#application;
    const strangers = answers.filter(({ target }) => target !== PRIMARY && target !== FALLBACK).map(({ target }) => `answered by ${target}`);
    return { answers: answers.length, failures: [...failures, ...strangers] };
  }

  async cleanUp(): Promise<void> {
    await this.#application.stop();
    await this.#garbage?.close();
    this.#evaluator.kill('SIGKILL');
    await this.#evaluator.ended;
    this.#provider.closeAllConnections();
    await new Promise((resolve) => this.#provider.close(resolve));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
