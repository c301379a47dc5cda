import { setTimeout as pause } from 'node:timers/promises';
import { type ServerOptions, type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { waitUntil } from '../../support/wait-until.ts';

export interface MemberPlan extends ServerOptions {
  /** It listens there, in every life. */
  readonly port: number;
}

/** How long it is away before it is started again; or until it is told to come back. */
export type Down = number | 'stays-down';

/** Like an orchestrator's: what has ended is started again. */
const RESTART_MS = 300;
const READY_MS = 60_000;
const PROBE_MS = 5_000;

/** One server over all its lives, started again whenever it has ended. */
export class Member {
  readonly plan: MemberPlan;
  kills = 0;
  /** Ends that nobody asked for, with the last words. */
  readonly ownEnds: string[] = [];
  #process: ServerProcess;
  #isAskedToEnd = false;
  #downMs: Down = RESTART_MS;
  #isStopped = false;
  readonly #done: Promise<void>;
  #wake: () => void = () => undefined;

  constructor(plan: MemberPlan) {
    this.plan = plan;
    this.#process = startServerProcess(plan);
    this.#done = this.#supervise();
  }

  get name(): string { return this.plan.name; }
  get process(): ServerProcess { return this.#process; }

  async untilReady(withinMs = READY_MS): Promise<void> {
    let last = '';
    const ask = () => fetch(`http://127.0.0.1:${this.plan.port}/readyz`, { signal: AbortSignal.timeout(PROBE_MS) }).then(async (answer) => ({ is: answer.status === 200, text: await answer.text() }), (error: unknown) => ({ is: false, text: String(error) }));
    await waitUntil(`${this.name} is ready`, withinMs, async () => {
      const { is, text } = await ask();
      last = text;
      return is;
    }).catch((error: Error) => {
      throw new Error(`${error.message}: ${last}\n${this.#process.said.slice(-20).join('\n')}`);
    });
  }

  /** A metric of it, by its name with its labels; undefined while it does not answer. */
  async metric(name: string): Promise<number | undefined> {
    const text = await fetch(`http://127.0.0.1:${this.plan.port}/metrics`, { signal: AbortSignal.timeout(3_000) }).then((response) => response.text(), () => '');
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length));
  }

  /** SIGKILL. Resolves when it has ended. */
  async kill(downMs: Down = RESTART_MS): Promise<void> {
    await this.#end('SIGKILL', downMs);
    this.kills += 1;
  }

  /** SIGTERM, as a deployment does it. */
  leave(downMs: Down = RESTART_MS): Promise<void> {
    return this.#end('SIGTERM', downMs);
  }

  freeze(): void { this.#process.kill('SIGSTOP'); }
  thaw(): void { this.#process.kill('SIGCONT'); }

  comeBack(): void {
    this.#downMs = RESTART_MS;
    this.#wake();
  }

  /** For good. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wake();
    this.#process.kill('SIGKILL');
    await this.#done;
  }

  async #end(signal: NodeJS.Signals, downMs: Down): Promise<void> {
    this.#isAskedToEnd = true;
    this.#downMs = downMs;
    const dying = this.#process;
    dying.kill(signal);
    await dying.ended;
  }

  async #supervise(): Promise<void> {
    for (;;) {
      const how = await this.#process.ended;
      if (this.#isStopped) return;
      if (!this.#isAskedToEnd) this.ownEnds.push(`${this.name} ended by itself (${how}): ${this.#process.said.slice(-3).join(' | ')}`);
      this.#isAskedToEnd = false;
      while (this.#downMs === 'stays-down' && !this.#isStopped) await new Promise<void>((resolve) => { this.#wake = resolve; });
      if (typeof this.#downMs === 'number') await pause(this.#downMs);
      this.#downMs = RESTART_MS;
      if (this.#isStopped) return;
      this.#process = startServerProcess(this.plan);
    }
  }
}
