import { setTimeout as pause } from 'node:timers/promises';
import OpenAI from 'openai';
import { createUnderstudy } from '@understudy/sdk/node';

export interface Answered {
  /** When the application asked, on the monotonic clock: what was in force then decided. */
  readonly askedMs: number;
  readonly target: string;
  readonly reason: string;
}

const EVERY_MS = 50;
const FALLBACK = 'gpt-5-mini';

/** An application with the real SDK around the real `openai` client, at 20 calls a second. It knows its provider and Understudy by their addresses. */
export class AskingApplication {
  readonly answers: Answered[] = [];
  /** Of its own calls: there must never be any. */
  readonly failures: string[] = [];
  readonly #understudy: ReturnType<typeof createUnderstudy>;
  readonly #underWay = new Set<Promise<void>>();
  readonly #done: Promise<void>;
  #stopped = false;

  constructor(options: { providerUrl: string; endpoint: string; route: string }) {
    this.#understudy = createUnderstudy({ endpoint: options.endpoint, service: 'asking-application' });
    const openai = this.#understudy.openai(options.route, new OpenAI({ baseURL: `${options.providerUrl}/v1`, apiKey: 'not-needed' }), { fallbacks: [FALLBACK] });
    this.#done = this.#run(async () => (await openai.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: 'Where is my order?' }] })).served);
  }

  status() {
    return this.#understudy.status();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    await Promise.all(this.#underWay);
    await this.#understudy.shutdown();
  }

  async #run(ask: () => Promise<{ target: string; reason: string }>): Promise<void> {
    while (!this.#stopped) {
      const askedMs = performance.now();
      const asked: Promise<void> = ask()
        .then(({ target, reason }) => { this.answers.push({ askedMs, target, reason }); }, (error: unknown) => { this.failures.push(String(error)); })
        .finally(() => this.#underWay.delete(asked));
      this.#underWay.add(asked);
      await pause(EVERY_MS);
    }
  }
}
