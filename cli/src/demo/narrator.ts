import type { StoryEvent } from './demo-story.ts';
import type { Observation } from './demo-observation.ts';

export type TimedEvent = (StoryEvent | ({ readonly event: 'ready' } & Readonly<Record<string, unknown>>)) & { readonly at: string; readonly elapsedMs: number };

/** Tells a person or a program what happens. */
export interface Narrator {
  readonly tell: (event: TimedEvent) => void;
  readonly observe: (observation: Observation) => void;
  /** One line beside the events. */
  readonly say: (text: string) => void;
  readonly end: () => void;
}

/** Standard output: one JSON object a line. Talk goes to standard error. */
export function jsonNarrator(): Narrator {
  return { tell: (event) => console.log(JSON.stringify(event)), observe: () => undefined, say: (text) => console.error(`understudy: ${text}`), end: () => undefined };
}
