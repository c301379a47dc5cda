import { UnderstudyError } from '@understudy/contracts/problem';
import { expect, it } from 'vitest';
import { parsePolicy } from './read-policy.ts';

function faultOf(text: string): string {
  try {
    parsePolicy(text, 'understudy.yaml');
  } catch (error) {
    if (error instanceof UnderstudyError) return error.message;
  }
  return 'no fault';
}

it('reads a policy and fills in the defaults', () => {
  expect(parsePolicy('version: 1\nroutes:\n  support.answer: { mode: auto }\n', 'understudy.yaml').routes['support.answer']).toMatchObject({ mode: 'auto', probe: { percent: 5 } });
});

it('names the line and column of a key that it does not know', () => {
  expect(faultOf('version: 1\nroutes:\n  support.answer:\n    mode: auto\n    modes: auto\n')).toContain('understudy.yaml:5:5: routes.support.answer.modes: this version knows no such key');
});

it('names the line of a value that is wrong', () => {
  expect(faultOf('version: 1\nroutes:\n  a:\n    holdDown: { base: soon }\n')).toMatch(/understudy\.yaml:4:\d+: routes\.a\.holdDown\.base: a duration/);
});

it('says how a duration is written where it is a number', () => {
  expect(faultOf('version: 1\nroutes:\n  a:\n    holdDown: { base: 5 }\n')).toMatch(/base: a duration such as/);
});

it('names a JSON Schema that does not compile', () => {
  expect(faultOf('version: 1\nroutes:\n  extract:\n    expect: { format: json, jsonSchema: { type: strin } }\n')).toMatch(/understudy\.yaml:4:\d+: routes\.extract\.expect\.jsonSchema: a JSON Schema that compiles: .*type/);
  expect(parsePolicy('version: 1\nroutes:\n  extract:\n    expect: { jsonSchema: { type: object, required: [city] } }\n', 'a.yaml').routes.extract?.expect.jsonSchema).toEqual({ type: 'object', required: ['city'] });
});

it('names the faults in the order of the lines, and each place once', () => {
  const faults = faultOf('version: 1\nroutes:\n  a:\n    modes: auto\n    signals: { error: { max: 2 } }\n    standby: 2\n').split('\n').slice(1);
  expect(faults.map((fault) => fault.split(':')[1])).toEqual(['4', '5', '6']);
  expect(faultOf('version: 1\nroutes:\n  a: {}\n  a: {}\n')).not.toContain('at line');
});

it('names what is wrong in a receiver of alerts, in the form that is meant', () => {
  const faults = (receiver: string) => faultOf(`version: 1\nalerts: [ { ${receiver} } ]\n`).split('\n').slice(1).map((line) => line.replace(/.*alerts\.0/, ''));
  expect(faults('webhook: ftp://a.b, secret: env:S')).toEqual(['.webhook: an address (http://… or https://…), or env:NAME or file:PATH']);
  expect(faults('webhook: https://a.b/c, secert: env:S')).toEqual(['.secret: must be given', '.secert: this version knows no such key']);
  expect(faults('slack: env:A, repeat: 4hours')[0]).toMatch(/^\.repeat: a duration such as/);
  for (const unclear of ['name: desk', 'slack: env:A, pagerduty: env:B']) expect(faults(unclear)).toEqual([': exactly one of webhook, slack, pagerduty, alertmanager and email']);
});

it('says how the names of signals and heuristics are written', () => {
  expect(faultOf('version: 1\nroutes:\n  a:\n    signals: { refusals: { action: alert } }\n')).toContain('signals.refusals: a signal such as error or refusal, or custom.NAME');
  expect(faultOf('version: 1\nheuristics: { No-Ticket: ./a.mjs }\n')).toContain('heuristics.No-Ticket: a name of a-z, 0-9 and _');
});

it('names every fault at once', () => {
  expect(faultOf('version: 2\nextra: 1\n').split('\n')).toHaveLength(3);
});

it.each(['version: 1\nversion: 1\n', 'a: [', '- 1\n', 'a: &a [1, 2]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c]\n'])('refuses %j', (text) => {
  expect(faultOf(text)).toContain('understudy.yaml:');
});
