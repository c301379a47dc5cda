import { TOPICS, type TopicName } from '@understudy/contracts/topics';
import type { NewRecord } from '@understudy/log/event-log';

/** Where what could not be used stands in the log, and why. Never its content: it may hold what users wrote. */
export interface DeadLetter {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
  readonly errorClass: string;
  /** How often it was tried; more would not help. */
  readonly attempts: number;
  readonly bytes: number;
}

export function deadLetter(letter: DeadLetter): NewRecord {
  return { topic: TOPICS.deadLetters.name, value: Buffer.from(JSON.stringify({ v: 1, ...letter })) };
}

/** Of a letter that `deadLetter` wrote. */
export function errorClassOf(value: Uint8Array): string {
  return (JSON.parse(Buffer.from(value).toString('utf8')) as DeadLetter).errorClass;
}
