import type { Measure } from '@understudy/contracts/incident-report';
import { signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { signalColumn } from '../store/signal-column.ts';

/** How people are told of a signal: as a share, a median or a mean of calls, or as a sum of money. */
export function measureOf(signal: SignalName): Measure {
  if (signal === 'spend') return 'sum';
  const { kind } = signalDefinition(signal);
  return kind === 'rate' ? 'rate' : kind === 'score' ? 'mean' : 'median';
}

/** SQL over `calls`; NULL where a call has no such signal. What the judge said stands in another table. */
export function valueColumn(signal: SignalName): string {
  if (signal === 'duration') return 'duration_ms';
  return signal === 'spend' ? 'cost_usd' : signalColumn(signal);
}
