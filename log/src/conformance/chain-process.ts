import { writeSync } from 'node:fs';
import type { EventLog } from '../event-log.ts';
import { EVIDENCE, bytes } from './log-storage.ts';
import { acquireChain, stepChain } from './numbered-chain.ts';

/**
 * A process that is there to be killed: `chain-process.ts MODULE ARGUMENT FIRST`. It steps the chain for ever, and meanwhile appends the numbers from
 * FIRST on to `llm.evidence`, printing each one that was acknowledged.
 */
async function main(): Promise<void> {
  const [module = '', argument = '', first = '0'] = process.argv.slice(2);
  const { openEventLog } = (await import(module)) as { openEventLog(argument: string): Promise<EventLog> };
  const log = await openEventLog(argument);
  const chain = await acquireChain(log);
  writeSync(1, 'ready\n');
  await Promise.all([stepForEver(chain), appendForEver(log, Number(first))]);
}

async function stepForEver(chain: Awaited<ReturnType<typeof acquireChain>>): Promise<void> {
  for (;;) {
    if (!(await stepChain(chain))) await pause(2);
  }
}

async function appendForEver(log: EventLog, first: number): Promise<void> {
  for (let number = first; ; number++) {
    const outcome = await log.append([{ topic: EVIDENCE, key: String(number % 5), value: bytes(number) }]);
    if (outcome.kind === 'appended') writeSync(1, `${number}\n`);
    await pause(1);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await main();
