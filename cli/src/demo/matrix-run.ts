import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ALERT_EVENTS, DEMO_EVENTS, type DemoCause, type DemoEventName, endsInAlert } from '@understudy/contracts/demo-event';

/** Goals of a run, in milliseconds. */
export const GOALS = { detectionMs: 15_000, fallbackMs: 20_000, recoveryMs: 60_000 } as const;
export type Goal = keyof typeof GOALS;
/** Only a sample is judged, and the judge is checked before people are told. */
const JUDGED_DETECTION_MS = 30_000;

function goalOf(name: Goal, cause: DemoCause): number {
  return name === 'detectionMs' && cause === 'wrong' ? JUDGED_DETECTION_MS : GOALS[name];
}

/** A run that is not over by then hangs: the demo gives up earlier by itself. */
const HANGS_MS = 8 * 60_000;

const eventSchema = z.looseObject({ event: z.enum([...DEMO_EVENTS, 'alert.sent']), at: z.string(), elapsedMs: z.number() });
export type PrintedEvent = z.infer<typeof eventSchema>;

export interface MatrixRun {
  readonly cause: DemoCause;
  readonly seed: number;
  /** Over Kafka and ClickHouse, in separate processes. */
  readonly kafka: boolean;
}
export interface RunReport extends MatrixRun {
  readonly times: Readonly<Partial<Record<Goal, number>>>;
  /** Empty when all is well. */
  readonly faults: readonly string[];
}

/** The events of a run of this cause, in order. */
export function expectedEvents(cause: DemoCause): readonly DemoEventName[] {
  if (cause === 'none') return ['ready', 'route.healthy', 'finished'];
  return endsInAlert(cause) ? ALERT_EVENTS : DEMO_EVENTS;
}

/** Compares what a run printed with what was promised: the events, their order and their times. */
export function judgeRun(run: MatrixRun, events: readonly PrintedEvent[], exitCode: number | null, talk: string): RunReport {
  const at = new Map(events.map((event) => [event.event, event.elapsedMs]));
  const between = (from: DemoEventName, to: DemoEventName): number | undefined => {
    const [start, end] = [at.get(from), at.get(to)];
    return start === undefined || end === undefined ? undefined : end - start;
  };
  const times = { detectionMs: between('cause.started', 'incident.opened'), fallbackMs: between('cause.started', 'fallback.served'), recoveryMs: between('cause.ended', 'incident.resolved') };
  const expected = expectedEvents(run.cause).join(' ');
  const printed = events.map(({ event }) => event).join(' ');
  const reason = events.findLast(({ event }) => event === 'finished')?.reason;
  const faults = [
    ...(exitCode === 0 ? [] : [`exit code ${exitCode}${reason === undefined ? '' : `: ${String(reason)}`}${talk === '' ? '' : ` (${talk})`}`]),
    ...(printed === expected ? [] : [`events: ${printed}`]),
    ...(Object.keys(GOALS) as Goal[]).flatMap((name) => ((times[name] ?? 0) <= goalOf(name, run.cause) ? [] : [`${name} ${times[name]} is over ${goalOf(name, run.cause)}`])),
  ];
  return { ...run, times, faults };
}

/** Runs the real command once. Standard output that is not one event a line is a fault too. */
export async function runOnce(run: MatrixRun, signal: AbortSignal): Promise<RunReport> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'demo', '--once', '--json', '--seed', String(run.seed), '--cause', run.cause, ...(run.kafka ? ['--kafka'] : []), '--port', '0', '--otlp-port', '0'], { stdio: ['ignore', 'pipe', 'pipe'], signal: AbortSignal.any([signal, AbortSignal.timeout(HANGS_MS)]), killSignal: 'SIGTERM' });
  const events: PrintedEvent[] = [];
  const odd: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const parsed = eventSchema.safeParse(jsonOf(line));
    if (parsed.success) events.push(parsed.data);
    else odd.push(line);
  });
  const talk: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => talk.push(line));
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => undefined);
    child.once('close', (exitCode) => resolve(exitCode));
  });
  const report = judgeRun(run, events, code, talk.slice(-3).join(' | '));
  return odd.length === 0 ? report : { ...report, faults: [...report.faults, `not an event: ${odd[0]}`] };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
