import { expect, it } from 'vitest';
import { incidentOf, resolved, T0 } from './alert.fixture.ts';
import { groupTitle, noticeText } from './notice-text.ts';

it('says which route, what got worse from what to what, since when, what was done and what can be done', () => {
  expect(noticeText('opened', { incident: incidentOf('support.answer') })).toEqual({
    title: 'support.answer: refusal of openai/large rose from 1 % to 60 %',
    lines: [
      'Since 2027-01-15 07:59:00 UTC, shown 2027-01-15 08:00:00',
      'Done: 08:00:00 openai/small serves 100 % (version 0.4)',
      'You can: npx understudy incidents inc-support.answer; to go back at once: npx understudy override pin support.answer openai/large --for 2h --reason TEXT; npx understudy alert silence support.answer --for 2h --reason TEXT',
      'Incident inc-support.answer, project default',
    ],
  });
});

it('offers to apply what is proposed', () => {
  const { lines } = noticeText('opened', { incident: incidentOf('r', { suggestion: 'openai/small', done: [] }) });
  expect(lines).toContain('Done: nothing yet; proposed: openai/small');
  expect(lines).toContain('You can: npx understudy override apply r inc-r --reason TEXT');
});

it('names the routes of a provider\'s incident, ten at most', () => {
  const routes = Array.from({ length: 12 }, (_, index) => `r${index}`);
  const { title, lines } = noticeText('opened', { incident: incidentOf('', { kind: 'provider', target: 'openai', statistic: 12 }), routes });
  expect(title).toBe('provider openai: 12 routes got worse at the same time (refusal)');
  expect(lines[1]).toContain('r9 and 2 more');
});

it('speaks of the judge and of hostile texts as what they are', () => {
  expect(noticeText('opened', { incident: incidentOf('', { kind: 'judge', target: 'judge', signal: 'judge', observed: undefined }) })).toMatchObject({ title: 'the judge: cannot be trusted or reached', lines: expect.arrayContaining(['You can: npx understudy judge']) });
  expect(noticeText('opened', { incident: incidentOf('r', { kind: 'security', signal: 'judge', observed: undefined }) }).title).toBe('r: many texts of openai/large try to influence the judge');
});

it('says that it is over, or open still', () => {
  expect(noticeText('resolved', { incident: resolved(incidentOf('r'), T0 + 60_000) }).title).toMatch(/^Resolved: r: /);
  expect(noticeText('repeated', { incident: incidentOf('r') }).title).toMatch(/^Still open: r: /);
  expect(groupTitle('resolved', ['a', 'b'].map((route) => ({ incident: resolved(incidentOf(route), T0) })))).toBe('Resolved: 2 incidents: a, b');
});

it('keeps a hostile name on its line and out of the shell', () => {
  const { title, lines } = noticeText('opened', { incident: incidentOf('a\r\nBcc: x@example.com \u202e$(rm -rf ~)\'', { target: '`reboot`' }) });
  expect([title, ...lines].join('')).not.toMatch(/[\r\n\u202e]/);
  expect(lines.find((line) => line.startsWith('You can'))).toContain(`'a��Bcc: x@example.com �$(rm -rf ~)'\\'''`);
});
