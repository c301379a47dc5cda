import { z } from 'zod';
import type { DemoCause } from '@understudy/contracts/demo-event';

const TIMEOUT_MS = 5_000;
const logSchema = z.object({ items: z.array(z.object({ model: z.string(), status: z.number(), traceId: z.string().optional() })) });

export async function setCause(providerUrl: string, cause: DemoCause): Promise<void> {
  const response = await fetch(`${providerUrl}/control`, { method: 'PUT', body: JSON.stringify({ cause }), headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`the provider answered ${response.status} to the cause ${cause}`);
}

/** The models that answered a trace with success, by the provider's own log. */
export async function modelsOfTrace(providerUrl: string, traceId: string): Promise<string[]> {
  const response = await fetch(`${providerUrl}/control/log?trace=${encodeURIComponent(traceId)}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return logSchema.parse(await response.json()).items.filter(({ status }) => status === 200).map(({ model }) => model);
}
