import { describeWithKafka } from '@understudy/log/kafka/test-support/describe-with-kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlanePlace, inOneProcess, onKafka } from './control-plane.ts';
import { LOSSES, runLostControlPlane } from './lost-control-plane.ts';

// The end of the lease itself (60 s) is in the long campaign, `npm run faults`, and with a short lease among the SDK's own tests.
function describeLosses(place: () => ControlPlanePlace): void {
  it.each(LOSSES)('serves the application without one failed call while the evaluator is %s in the middle of an override, and is followed again afterwards', async (loss) => {
    const report = await runLostControlPlane(loss, 4_000, place());
    console.log(`${loss}: ${report.answers} answers, followed again after ${Math.round(report.convergedMs)} ms`);
    expect(report.failures).toEqual([]);
    expect(report.answers).toBeGreaterThan(50);
    if (loss === 'stopped') expect(report.epochs[1]).toBe(report.epochs[0]);
    else expect(report.epochs[1]).toBeGreaterThan(report.epochs[0]);
  }, 90_000);
}

describe('in one process', () => describeLosses(inOneProcess));

describeWithKafka('over Kafka and ClickHouse', (brokers) => {
  let place: ControlPlanePlace;
  beforeAll(async () => {
    place = await onKafka(brokers);
  });
  afterAll(() => place.close());
  describeLosses(() => place);
});
