import { expect, it } from 'vitest';
import { partitionOf, routeKey, TOPICS } from '@understudy/contracts/topics';
import { runCrashScenario } from './crash-scenario.ts';
import { ROUTES } from './sick-traffic.ts';

it('counts every acknowledged call exactly once, and keeps its override, over kill -9 under load', async () => {
  expect(new Set(ROUTES.map((route) => partitionOf(routeKey('default', route), TOPICS.calls.partitions))).size, 'partitions with calls').toBe(4);
  const report = await runCrashScenario(7, 4);
  console.log(JSON.stringify(report));
  expect(report.faults).toEqual([]);
  expect(report).toMatchObject({ kills: 4, different: 0 });
  expect(report.killsBeforeCommit, 'kills between insert and commit').toBeGreaterThan(0);
  expect(report.killsUnderOverride).toBeGreaterThan(0);
  expect(report.retries).toBeGreaterThan(0);
  expect(report.decisions).toBeGreaterThan(ROUTES.length);
}, 120_000);
