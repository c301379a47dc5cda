import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describeWithKafka } from '@understudy/log/kafka/test-support/describe-with-kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALERT_EVENTS, DEMO_EVENTS } from '@understudy/contracts/demo-event';
import { type Servers, startServers } from '../support/demo-servers.ts';
import { freePort, startCuttingProxy } from './cutting-proxy.ts';
import { type PrintedEvent, runCommand } from './run-command.ts';

const DEMO = ['cli/set-up.mjs', 'understudy', 'demo'];
const ANY_PORTS = ['--port', '0', '--otlp-port', '0'];
const WHOLE_RUN_MS = 240_000;

const names = (events: readonly PrintedEvent[]) => events.map(({ event }) => event);
const demo = (flags: readonly string[], environment: NodeJS.ProcessEnv = {}) => runCommand(process.execPath, [...DEMO, '--json', ...flags], environment);

async function read<Body>(url: string): Promise<Body> {
  return (await (await fetch(url)).json()) as Body;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function allGone(pids: readonly number[]): Promise<boolean> {
  for (let i = 0; i < 100 && pids.some(isAlive); i++) await pause(100);
  return !pids.some(isAlive);
}

/** Where Understudy runs: how the demo is told, and what it needs. */
interface Place {
  readonly flags: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** What must hold in one process and over Kafka and ClickHouse alike. Two whole runs at a time in one process, one where each is eight: a machine that is too busy measures itself. */
function describeWholeRuns(name: string, place: () => Place, describeRuns: (name: string, options: { timeout: number }, runs: () => void) => unknown): void {
  const run = (flags: readonly string[]) => demo(['--once', ...flags, ...place().flags], place().environment);

  describeRuns(`a whole run of the demo ${name}`, { timeout: WHOLE_RUN_MS }, () => {
    it('closes the loop with npm start: a model that refuses is replaced within 20 s and comes back within 60 s', async () => {
      const run = runCommand('npm', ['start', '--', '--once', '--json', ...ANY_PORTS, ...place().flags], place().environment);
      const ready = await run.event('ready');
      const served = await run.event('fallback.served');
      expect(served, JSON.stringify(run.events.at(-1))).toMatchObject({ target: 'openai/gpt-5-mini' });
      const log = await read<{ items: { model: string; status: number }[] }>(`${ready?.providerLog}?trace=${served?.traceId}`);
      expect(log.items.map(({ model }) => model)).toEqual(['gpt-5-mini']);
      const opened = await run.event('incident.opened');
      expect(await read(`${ready?.api}/v1/incidents/${opened?.incidentId}`)).toMatchObject({ incidentId: opened?.incidentId, state: 'open', route: 'support.answer', target: 'openai/gpt-5' });
      expect(await run.ended, run.talk.join('\n')).toBe(0);
      expect(names(run.events)).toEqual(DEMO_EVENTS);
      const at = new Map(run.events.map(({ event, elapsedMs }) => [event, elapsedMs]));
      const between = (from: string, to: string) => (at.get(to) ?? Number.NaN) - (at.get(from) ?? Number.NaN);
      expect(between('cause.started', 'incident.opened')).toBeLessThanOrEqual(15_000);
      expect(between('cause.started', 'fallback.served')).toBeLessThanOrEqual(20_000);
      expect(between('cause.ended', 'incident.resolved')).toBeLessThanOrEqual(60_000);
    });

    it('exits 1 when overrides do not reach the application any more: nothing is canned', async () => {
      const [port, proxy] = [await freePort(), await startCuttingProxy()];
      proxy.forwardTo(port);
      const cut = run(['--cause', 'loop', '--seed', '2', '--port', String(port), '--otlp-port', '0', '--app-endpoint', proxy.url]);
      await cut.event('cause.started');
      proxy.cut('/v1/overrides');
      expect(await cut.ended, cut.talk.join('\n')).toBe(1);
      expect(names(cut.events), JSON.stringify(cut.events.at(-1))).toEqual(['ready', 'route.healthy', 'cause.started', 'incident.opened', 'override.published', 'finished']);
      expect(cut.events.at(-1)).toMatchObject({ ok: false, reason: expect.stringContaining('never answered by the fallback') });
      await proxy.close();
    });

    it('alerts and does not switch when only the cost rises', async () => {
      const dear = run(['--cause', 'cost', '--seed', '3', ...ANY_PORTS]);
      const opened = await dear.event('incident.opened');
      expect(opened, JSON.stringify(dear.events.at(-1))).toMatchObject({ signal: 'cost_per_call', target: 'openai/gpt-5' });
      expect(await dear.ended, dear.talk.join('\n')).toBe(0);
      expect(names(dear.events)).toEqual(ALERT_EVENTS);
      expect(dear.events.at(-2)).toMatchObject({ incidentId: opened?.incidentId, receiver: 'demo-desk' });
    });

    it('finds fluent answers with false facts by the judge alone, alerts, and leaves it to a person to switch', async () => {
      const wrong = run(['--cause', 'wrong', '--seed', '4', ...ANY_PORTS]);
      const ready = await wrong.event('ready');
      const opened = await wrong.event('incident.opened');
      expect(opened, JSON.stringify(wrong.events.at(-1))).toMatchObject({ signal: 'judge', target: 'openai/gpt-5' });
      expect(await read(`${ready?.api}/v1/routes/support.answer`)).toMatchObject({ state: 'inconclusive' });
      expect(await read(`${ready?.api}/v1/incidents/${opened?.incidentId}`)).toMatchObject({ action: 'alert', fallback: 'openai/gpt-5-mini', suggestion: expect.stringContaining('openai/gpt-5-mini') });
      expect(await wrong.ended, wrong.talk.join('\n')).toBe(0);
      expect(names(wrong.events)).toEqual(ALERT_EVENTS);
      const at = new Map(wrong.events.map(({ event, elapsedMs }) => [event, elapsedMs]));
      expect((at.get('incident.opened') ?? Number.NaN) - (at.get('cause.started') ?? Number.NaN)).toBeLessThanOrEqual(30_000);
    });
  });
}

describeWholeRuns('in one process', () => ({ flags: [], environment: {} }), describe.concurrent);

describeWithKafka('over Kafka and ClickHouse', (brokers) => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers(brokers);
  });
  afterAll(() => servers.close());
  describeWholeRuns('in separate processes', () => ({ flags: ['--kafka'], environment: servers.environment }), describe);
});

describe('the demo', { timeout: WHOLE_RUN_MS }, () => {
  it('ends on Ctrl-C with 130 within 5 s, and leaves neither a process nor a file', async () => {
    const run = demo(['--cause', 'none', ...ANY_PORTS]);
    const ready = await run.event('ready');
    const pids = Object.values(ready?.processes as Record<string, number>);
    expect(pids).toHaveLength(3);
    expect(existsSync(String(ready?.data))).toBe(true);
    await pause(1_000);
    const stoppedAtMs = performance.now();
    process.kill(ready?.pid as number, 'SIGINT');
    expect(await run.ended).toBe(130);
    expect(performance.now() - stoppedAtMs).toBeLessThan(5_000);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(String(ready?.data))).toBe(false);
  });

  it('stops with 4 and names the flag when the port that was asked for is taken', async () => {
    const proxy = await startCuttingProxy();
    const run = runCommand(process.execPath, [...DEMO, '--once', '--port', new URL(proxy.url).port]);
    expect(await run.ended.catch((error: unknown) => error), run.talk.join('\n')).toBe(4);
    expect(run.talk.join('\n')).toContain('--port');
    await proxy.close();
  });

  it('leaves no process behind when it is killed', async () => {
    const run = demo(['--cause', 'none', ...ANY_PORTS]);
    const ready = await run.event('ready');
    process.kill(ready?.pid as number, 'SIGKILL');
    expect(await run.ended).not.toBe(0);
    expect(await allGone(Object.values(ready?.processes as Record<string, number>))).toBe(true);
  });

  it('says which process died and what its last words were', async () => {
    const run = demo(['--cause', 'none', ...ANY_PORTS]);
    const ready = await run.event('ready');
    const { provider = 0 } = (ready?.processes ?? {}) as { provider?: number };
    process.kill(provider, 'SIGKILL');
    expect(await run.ended).toBe(1);
    expect(run.talk.join('\n')).toContain('the provider ended by SIGKILL');
  });
});
