import { SIGNAL_COLUMNS } from '@understudy/contracts/call';
import { isCustomSignal, SIGNAL_NAMES, type SignalName } from '@understudy/contracts/signal';

/**
 * SQL over the table `calls` for a signal: NULL where a call has no such signal. Names are of a closed alphabet (`signalNameSchema`), so they may stand in the text;
 * another name is refused.
 */
export function signalColumn(name: SignalName): string {
  if (SIGNAL_COLUMNS.includes(name)) return name;
  if (!(SIGNAL_NAMES as readonly string[]).includes(name) && !isCustomSignal(name)) throw new TypeError(`no call carries a signal ${name}`);
  return `if(mapContains(scores, '${name}'), scores['${name}'], NULL)`;
}
