import { expect, it, onTestFinished } from 'vitest';
import { type HealthProbe, healthProbe, type ProbeTimes } from './health-probe.ts';

function probing(ask: () => Promise<string | undefined>, times: ProbeTimes = {}): HealthProbe {
  const probe = healthProbe('the store', ask, 'not asked yet', { everyMs: 1, ...times });
  onTestFinished(() => probe.stop());
  return probe;
}

it('tells of the last answer, also while the next one is not there', async () => {
  let asked = 0;
  const probe = probing(() => (asked++ === 0 ? Promise.resolve('it is away') : new Promise(() => undefined)));
  expect(probe.trouble()).toBe('not asked yet');
  await expect.poll(() => asked).toBe(2);
  expect(probe.trouble()).toBe('it is away');
});

it('forgets a trouble that is over', async () => {
  const answers = ['it is away'];
  const probe = probing(async () => answers.shift());
  await expect.poll(() => probe.trouble()).toBeUndefined();
});

it('takes silence and a failure for what they are', async () => {
  const silent = probing(() => new Promise(() => undefined), { withinMs: 5 });
  const failing = probing(() => Promise.reject(new Error('a secret')));
  await expect.poll(() => silent.trouble()).toBe('the store does not answer');
  await expect.poll(() => failing.trouble()).toBe('the store does not answer');
});
