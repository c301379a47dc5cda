import { z } from 'zod';
import type { ChatMessage } from '../planned-answer.ts';
import type { JudgedCall } from './faults.ts';

/** What a judge finds in a request for a verdict: the call that is judged, the questions, and the nonce that proves that it was read. */
export interface JudgePrompt {
  readonly nonce: string;
  readonly call: JudgedCall;
  readonly checks: readonly { readonly name: string; readonly question: string }[];
}

const NONCE = /^nonce: ([0-9A-Za-z_-]{4,100})$/m;
const checksSchema = z.object({ properties: z.object({ checks: z.object({ properties: z.record(z.string(), z.unknown()) }) }) });

/** Undefined where the request asks for no verdict. Only sections whose tags carry the nonce are data; without one there is nothing to tell them by. */
export function readJudgePrompt(messages: readonly ChatMessage[], responseSchema: unknown): JudgePrompt | undefined {
  const user = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const rules = messages.filter(({ role }) => role === 'system' || role === 'developer').map(({ content }) => content).join('\n');
  const nonce = NONCE.exec(user)?.[1];
  const names = namesOf(responseSchema) ?? namesOf(schemaInText(rules));
  if (nonce === undefined || names === undefined) return undefined;
  const section = (name: string) => sectionOf(user, name, nonce);
  const output = section('judged_answer');
  if (output === undefined) return undefined;
  return { nonce, call: { system: section('judged_system_prompt') ?? '', input: section('judged_request') ?? '', output }, checks: names.map((name) => ({ name, question: questionOf(rules, name) })) };
}

function sectionOf(text: string, name: string, nonce: string): string | undefined {
  const [open, close] = [`<${name} nonce="${nonce}">`, `</${name} nonce="${nonce}">`];
  const from = text.indexOf(open);
  const to = text.indexOf(close, from);
  return from < 0 || to < 0 ? undefined : text.slice(from + open.length, to).replace(/^\n|\n$/g, '');
}

function namesOf(schema: unknown): string[] | undefined {
  const parsed = checksSchema.safeParse(schema);
  return parsed.success ? Object.keys(parsed.data.properties.checks.properties) : undefined;
}

/** The schema stands in the rules as well, for models that are not told it otherwise. */
function schemaInText(rules: string): unknown {
  const line = rules.split('\n').findLast((text) => text.includes('JSON Schema: {')) ?? '';
  try {
    return JSON.parse(line.slice(line.indexOf('{')));
  } catch {
    return undefined;
  }
}

function questionOf(rules: string, name: string): string {
  const line = rules.split('\n').find((text) => text.startsWith(`- ${name}: `)) ?? '';
  return line.slice(`- ${name}: `.length);
}
