import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
/** Linux counts CPU time in hundredths of a second. */
const TICK_MS = 10;

/** Tells how late the event loop was since the last time it was asked, ms. */
const LOOP_DELAY = `import { monitorEventLoopDelay } from 'node:perf_hooks';
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.on('SIGUSR2', () => { console.error(JSON.stringify({ p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 })); delay.reset(); });`;

export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface CpuTimes {
  readonly allMs: number;
  /** Of the thread that runs JavaScript. */
  readonly mainThreadMs: number;
}

/** `understudy dev` with a data directory of its own. */
export interface DevProcess {
  readonly api: string;
  readonly otlp: string;
  readonly readyAfterMs: number;
  cpu(): CpuTimes;
  residentMb(): number;
  /** Since the last question. */
  loopDelay(): Promise<LoopDelay>;
  /** Ends it and returns its profile, when it was asked for. */
  stop(): Promise<string | undefined>;
}

export async function startDevProcess(policy: object, profile: boolean): Promise<DevProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  writeFileSync(join(directory, 'policy.yaml'), JSON.stringify(policy));
  const flags = [...(profile ? ['--cpu-prof', `--cpu-prof-dir=${directory}`] : []), '--import', `data:text/javascript,${encodeURIComponent(LOOP_DELAY)}`];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...flags, MAIN, 'dev', '--json', '--port', '0', '--otlp-port', '0', '--data', join(directory, 'data'), '--policy', join(directory, 'policy.yaml')], { stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stderr });
  const ready = JSON.parse(await nextLine(child)) as { api: string; otlp: string; pid: number };
  return {
    api: ready.api, otlp: ready.otlp, readyAfterMs: performance.now() - startedAt,
    cpu: () => ({ allMs: cpuMs(`/proc/${ready.pid}/stat`), mainThreadMs: cpuMs(`/proc/${ready.pid}/task/${ready.pid}/stat`) }),
    residentMb: () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${ready.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    loopDelay: () => new Promise((resolve) => {
      const take = (line: string) => {
        if (!line.startsWith('{"p50"')) return;
        lines.off('line', take);
        resolve(JSON.parse(line) as LoopDelay);
      };
      lines.on('line', take);
      child.kill('SIGUSR2');
    }),
    async stop() {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
      const profiled = readdirSync(directory).find((name) => name.endsWith('.cpuprofile'));
      const text = profiled === undefined ? undefined : readFileSync(join(directory, profiled), 'utf8');
      rmSync(directory, { recursive: true, force: true });
      return text;
    },
  };
}

async function nextLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await Promise.race([once(lines, 'line'), once(child, 'close').then(() => ['{}'])])) as [string];
  if (line === '{}') throw new Error('understudy dev ended before it was ready');
  return line;
}

function cpuMs(file: string): number {
  // The name of the program stands in brackets and may hold spaces; user and system time are the 12th and 13th field after it.
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
