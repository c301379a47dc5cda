import { UnderstudyError } from '@understudy/contracts/problem';
import type { StoreHealth } from '@understudy/evaluator/store/check-store';
import { expect, it, onTestFinished } from 'vitest';
import { storeProbe } from './store-probe.ts';

const UNWELL: StoreHealth = { kind: 'unwell', problem: new UnderstudyError({ code: 'STORE_UNAVAILABLE', message: 'it is away', fix: 'Bring it back.' }) };

it('tells of the last answer, also while the store does not give the next one', async () => {
  let asked = 0;
  const probe = storeProbe(() => (asked++ === 0 ? Promise.resolve(UNWELL) : new Promise(() => undefined)), 1);
  onTestFinished(() => probe.stop());
  await expect.poll(() => asked).toBe(2);
  expect(probe.trouble()).toBe('it is away');
});

it('forgets a trouble that is over', async () => {
  const answers: StoreHealth[] = [UNWELL];
  const probe = storeProbe(async () => answers.shift() ?? { kind: 'well' }, 1);
  onTestFinished(() => probe.stop());
  await expect.poll(() => probe.trouble()).toBe('it is away');
  await expect.poll(() => probe.trouble()).toBeUndefined();
});
