export interface SseEvent {
  readonly event: string;
  readonly data: string;
}

/** One event at most, in characters: a snapshot of 64 KiB in base64url, and its framing. */
export const MAX_EVENT_CHARACTERS = 96 * 1024;

export type SseItem = { readonly kind: 'event'; readonly event: SseEvent } | { readonly kind: 'comment' } | { readonly kind: 'too-large' };

/**
 * Server-sent events out of chunks of text. Every character is looked at once and no more than one event is kept,
 * whatever the server sends. After `too-large` the parser takes nothing more.
 */
export class SseParser {
  #pieces: string[] = [];
  #held = 0;
  #event = '';
  #data: string[] = [];
  #afterCarriageReturn = false;
  #dead = false;

  push(chunk: string): SseItem[] {
    const items: SseItem[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length && !this.#dead; at += 1) {
      const code = chunk.charCodeAt(at);
      if (code !== 10 && code !== 13) {
        this.#afterCarriageReturn = false;
        continue;
      }
      // CR LF is one end of line, also when the chunk ends between the two.
      if (code === 10 && this.#afterCarriageReturn) from = at + 1;
      else {
        this.#takeLine(chunk.slice(from, at), items);
        from = at + 1;
      }
      this.#afterCarriageReturn = code === 13;
    }
    if (!this.#dead) this.#hold(chunk.slice(from), items);
    return items;
  }

  #hold(rest: string, items: SseItem[]): void {
    if (rest === '') return;
    this.#held += rest.length;
    if (this.#held > MAX_EVENT_CHARACTERS) this.#die(items);
    else this.#pieces.push(rest);
  }

  #takeLine(end: string, items: SseItem[]): void {
    this.#held += end.length;
    if (this.#held > MAX_EVENT_CHARACTERS) {
      this.#die(items);
      return;
    }
    const line = this.#pieces.length === 0 ? end : this.#pieces.join('') + end;
    this.#pieces = [];
    if (line === '') this.#dispatch(items);
    else if (line.startsWith(':')) items.push({ kind: 'comment' });
    else this.#takeField(line);
  }

  #takeField(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.#event = value;
    else if (name === 'data') this.#data.push(value);
  }

  #dispatch(items: SseItem[]): void {
    if (this.#data.length > 0) items.push({ kind: 'event', event: { event: this.#event === '' ? 'message' : this.#event, data: this.#data.join('\n') } });
    this.#event = '';
    this.#data = [];
    this.#held = 0;
  }

  #die(items: SseItem[]): void {
    this.#dead = true;
    this.#pieces = [];
    this.#data = [];
    items.push({ kind: 'too-large' });
  }
}
