import { isDeepStrictEqual } from 'node:util';
import { encodeState, POLICY_ENTRY, resolvedEntry, routeEntry } from '../policy/decide-state-entries.ts';
import type { DecideState } from '../policy/route-state.ts';

const MOST_CHARACTERS = 400;

/** Whether two states of decide are the same bit for bit, detectors and all; a line for each entry that is not. */
export function compareStates(stored: DecideState, folded: DecideState): string[] {
  const [is, should] = [everything(stored), everything(folded)];
  const keys = [...new Set([...is.keys(), ...should.keys()])];
  return keys.filter((key) => !isDeepStrictEqual(is.get(key), should.get(key)))
    .map((key) => `the state of ${key} is stored as ${shortened(is.get(key))}, folded as ${shortened(should.get(key))}`);
}

/** As it would be stored, all of it. */
function everything(state: DecideState): Map<string, unknown> {
  const entries = encodeState(state, [POLICY_ENTRY, ...Object.keys(state.routes).flatMap((key) => [routeEntry(key), resolvedEntry(key)])]);
  return new Map([...entries].map(([key, bytes]) => [key, bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'))]));
}

function shortened(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, MOST_CHARACTERS);
}
