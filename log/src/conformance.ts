import { describe } from 'vitest';
import { describeAppending } from './conformance/appending.ts';
import { describeKeeping } from './conformance/keeping.ts';
import { describeKilledProcess } from './conformance/killed-process.ts';
import type { CreateStorage } from './conformance/log-storage.ts';
import { describeOwning, describeSharing } from './conformance/owning.ts';
import { describeRandomInterleavings } from './conformance/random-interleavings.ts';
import { describeGroupsReading, describeReading } from './conformance/reading.ts';
import { describeStepping, describeStepsInARow } from './conformance/stepping.ts';

/** What every implementation of the port must do; nothing here knows one of them. Time in the log stands still unless it is advanced, or runs as it does; `randomRuns` is how many random interleavings are worth their time. */
export function describeEventLog(name: string, create: CreateStorage, { randomRuns = 60 } = {}): void {
  describe(`the event log on ${name}`, () => {
    describeAppending(create);
    describeReading(create);
    describeGroupsReading(create);
    describeStepping(create);
    describeStepsInARow(create);
    describeOwning(create);
    describeSharing(create);
    describeKeeping(create);
    describe('any interleaving', () => describeRandomInterleavings(create, randomRuns));
    describe('a killed process', () => describeKilledProcess(create));
  });
}
