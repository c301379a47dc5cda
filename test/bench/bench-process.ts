import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { LEAVE_WITH_PARENT, UNDERSTUDY_MAIN, withoutServers } from '../support/child-program.ts';


/** A program of its own, which says one JSON object a line and ends with this process, however that ends. */
export class BenchProcess {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #said: string[] = [];
  readonly #ended: Promise<string>;
  readonly #messages: string[] = [];
  #wake: () => void = () => undefined;
  #hasEnded = false;

  constructor(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, ['--import', LEAVE_WITH_PARENT, script, ...args], { stdio: ['pipe', 'pipe', 'pipe', 'ipc'], env: { ...withoutServers(process.env), ...environment } });
    createInterface({ input: this.#child.stderr as NodeJS.ReadableStream }).on('line', (line) => this.#said.push(line));
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.#messages.push(line);
      this.#wake();
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', (code, signal) => {
      this.#hasEnded = true;
      this.#wake();
      resolve(signal ?? String(code));
    }));
  }

  /** `understudy` with these arguments. */
  static understudy(args: readonly string[], environment: NodeJS.ProcessEnv): BenchProcess {
    return new BenchProcess(UNDERSTUDY_MAIN, [...args, '--json'], environment);
  }

  /** The next thing it says. */
  async message<Message>(): Promise<Message> {
    while (this.#messages.length === 0) {
      if (this.#hasEnded) throw new Error(`a process of the bench ended too early:\n${this.#said.slice(-20).join('\n')}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return JSON.parse(this.#messages.shift() ?? '') as Message;
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** CPU time of all its threads, µs. */
  cpuMicros(): number {
    const tasks = `/proc/${this.#child.pid}/task`;
    return readdirSync(tasks).reduce((sum, task) => sum + Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]) / 1_000, 0);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
    this.#lines.close();
  }
}
