import { spawn, type ChildProcess } from 'node:child_process';

/**
 * A shell that outlives this process however it ends: when this process's end of the pipe closes, the broker is killed and its store removed.
 * Each line it reads is the pid to kill; an empty one means that no broker runs. In a session of its own, so that Ctrl-C does not reach it.
 */
const SCRIPT = 'pid=; while read -r line; do pid=$line; done; [ -z "$pid" ] || kill -9 "$pid"; sleep 0.2; rm -rf "$1"; [ ! -e "$1" ] || { sleep 1; rm -rf "$1"; }';

export class StoreGuard {
  readonly #shell: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(directory: string) {
    this.#shell = spawn('sh', ['-c', SCRIPT, 'store-guard', directory], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#ended = new Promise((resolve) => this.#shell.once('close', () => resolve()).once('error', () => resolve()));
    this.#shell.stdin?.on('error', () => undefined);
    this.#shell.unref();
    (this.#shell.stdin as unknown as { unref?: () => void }).unref?.();
  }

  watch(pid: number | undefined): void {
    this.#shell.stdin?.write(`${pid ?? ''}\n`);
  }

  /** Ends the guard; the store is gone afterwards. */
  async removeStore(): Promise<void> {
    this.#shell.ref();
    this.#shell.stdin?.end();
    await this.#ended;
  }
}
