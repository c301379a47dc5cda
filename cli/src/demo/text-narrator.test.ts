import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DEMO_EVENTS } from '@understudy/contracts/demo-event';
import type { Observation } from './demo-observation.ts';
import type { TimedEvent } from './narrator.ts';
import { linesOf, statusText, textNarrator, type TextOutput } from './text-narrator.ts';

const plain = (_style: unknown, text: string) => text;
const event = (name: string, facts: Record<string, unknown> = {}): TimedEvent => ({ event: name, at: '2026-01-01T00:00:00.000Z', elapsedMs: 65_000, ...facts }) as TimedEvent;

function collect(output: Partial<TextOutput> = {}): { written: () => string; output: TextOutput } {
  let text = '';
  return { written: () => text, output: { write: (piece) => { text += piece; }, isTerminal: false, columns: () => 80, colour: false, nowMs: () => 0, ...output } };
}

describe('the commentary', () => {
  it.each([...DEMO_EVENTS, 'alert.sent' as const])('has a line for %s', (name) => {
    expect(linesOf(event(name, { ok: true, detectionMs: 2_900, targets: [] }), 'http://api', plain)[0]?.length).toBeGreaterThan(5);
  });

  it('says what changed, in the words of the signal', () => {
    const opened = (facts: Record<string, unknown>) => linesOf(event('incident.opened', { target: 'openai/gpt-5', statistic: 2e9, threshold: 1e9, incidentId: 'inc-1', ...facts }), 'http://api', plain);
    expect(opened({ signal: 'refusal', baseline: 0.004, observed: 0.65 })[0]).toContain('openai/gpt-5: refusals 0.4 % → 65 % of calls');
    expect(opened({ signal: 'latency_per_token', baseline: 0.0018, observed: 0.0081 })[0]).toContain('seconds per output token 0.0018 → 0.0081 seconds');
    expect(opened({ signal: 'judge', baseline: 0.0143, observed: 0.283 })[0]).toContain('judged answers that fall short 1.43 % → 28.3 %.');
    expect(opened({ signal: 'error' })[0]).toContain('calls that failed ? → ? of calls');
    expect(opened({ signal: 'error' })[1]).toContain('curl -s http://api/v1/incidents/inc-1');
  });

  it('says what a person can do where nothing is switched', () => {
    const lines = (facts: Record<string, unknown>) => linesOf(event('alert.sent', { incidentId: 'inc-1', receiver: 'demo-desk', route: 'support.answer', ...facts }), 'http://api', plain).join('\n');
    expect(lines({ fallback: 'openai/gpt-5-mini' })).toMatch(/a person decides[^\n]*openai\/gpt-5-mini[\s\S]*npx understudy override apply support\.answer inc-1 --reason "[^"]+" --url http:\/\/api/);
    expect(lines({})).not.toContain('apply');
  });

  it('tells of each message that reached the receiver', () => {
    const { output, written } = collect();
    const narrator = textNarrator(output);
    for (const change of ['opened', 'updated', 'resolved'] as const) narrator.observe({ kind: 'alert', incidentId: 'inc-1', receiver: 'demo-desk', change });
    narrator.end();
    expect(written()).toMatch(/demo-desk[^\n]*inc-1 is open\.\n.*inc-1 has changed\.\n.*inc-1 is resolved\./);
  });

  it('says what failed', () => {
    expect(linesOf(event('finished', { ok: false, reason: 'no incident was opened within 30 s' }), '', plain)).toEqual(['failed    no incident was opened within 30 s.']);
  });

  it('prints text from outside without control characters', () => {
    expect(linesOf(event('primary.served', { target: 'gpt\u001b[2J', traceId: 'x' }), '', plain).join('')).not.toContain('\u001b');
  });

  it('writes no control characters where there is no terminal, and colours only when asked', () => {
    const dull = collect();
    const narrator = textNarrator(dull.output);
    narrator.tell(event('cause.started', { cause: 'slow', target: 'openai/gpt-5' }));
    narrator.end();
    expect(dull.written()).toBe(stripVTControlCharacters(dull.written()));
    expect(dull.written()).toContain(' 1:05  cause     openai/gpt-5 gets worse now');
    const bright = collect({ isTerminal: true, colour: true });
    const colourful = textNarrator(bright.output);
    colourful.tell(event('cause.started', { cause: 'slow', target: 'openai/gpt-5' }));
    colourful.end();
    expect(bright.written()).toContain('\u001b[33mcause');
  });

  it('says who answers and what is being waited for', () => {
    const route = { route: 'support.answer', state: 'unknown', learning: { calls: 37, needed: 200 }, targets: [] };
    const answer = (target: string, ok = true): Extract<Observation, { kind: 'answer' }> => ({ kind: 'answer', ok, traceId: 't', target, durationMs: 1 });
    expect(statusText(undefined, [], 3)).toBe('waiting for the first calls');
    expect(statusText(route, [answer('b'), answer('a'), answer('a'), answer('a', false)], 2)).toBe('support.answer is unknown · learned from 37 of 200 calls · 2 answers/s · a 50 % · b 25 % · 1 failed');
  });
});
