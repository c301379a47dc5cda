import { Session } from 'chdb';

export type Answer = { readonly kind: 'rows'; readonly bytes: Uint8Array } | { readonly kind: 'exception'; readonly code: string; readonly text: string };

/** ClickHouse in this process, asked as a server is: each request in a session of its own, so that no setting outlives it. One directory a process. */
export class Engine {
  readonly #directory: string;
  /** Keeps the directory open between two requests. */
  readonly #kept: Session;

  constructor(directory: string) {
    this.#directory = directory;
    this.#kept = new Session(directory);
  }

  async ask(sql: string): Promise<Answer> {
    const session = new Session(this.#directory);
    try {
      return { kind: 'rows', bytes: (await session.queryAsync(sql, { format: 'TabSeparated' })).bytes() };
    } catch (error) {
      return exceptionOf(error);
    } finally {
      session.close();
    }
  }

  close(): void {
    this.#kept.close();
  }
}

/** The engine's own words and code. */
export function exceptionOf(error: unknown): Answer & { kind: 'exception' } {
  const text = error instanceof Error ? error.message : String(error);
  return { kind: 'exception', code: /Code: (\d+)/.exec(text)?.[1] ?? '1002', text: text.trim() };
}
