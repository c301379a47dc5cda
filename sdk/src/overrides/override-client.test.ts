import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEvaluatorProcess } from '../../test-support/evaluator-process.ts';
import { recorded, until } from '../../test-support/recorded.ts';
import { allTo, newSigningKey, SigningEvaluator, signed, snapshotOf } from '../../test-support/signing-evaluator.ts';
import type { AssembledPorts, Understudy } from '../assemble.ts';
import { SYSTEM_PORTS } from '../clock.ts';

const SPARE = { answer: allTo('openai/spare') };
const QUICK: Partial<AssembledPorts> = { random: () => 0.05, followTiming: { pollMs: 60, silenceMs: 300 } };

function asker(understudy: Understudy): () => Promise<string> {
  const ask = understudy.call('answer', { primary: { id: 'openai/main', run: () => 'main' }, fallbacks: [{ id: 'openai/spare', run: () => 'spare' }] });
  return async () => (await ask('hello')).value;
}

describe('following overrides', () => {
  let evaluator: SigningEvaluator;
  const running: Understudy[] = [];
  const start = (options: object = {}, environment: Record<string, string> = {}, ports: Partial<AssembledPorts> = QUICK): Understudy => {
    const { understudy } = recorded({ endpoint: evaluator.url, ...options }, environment, ports);
    running.push(understudy);
    return understudy;
  };

  beforeEach(async () => { evaluator = await SigningEvaluator.start(); });
  afterEach(async () => {
    for (const understudy of running.splice(0)) await understudy.shutdown();
    await evaluator.stop();
  });

  it('applies what the stream brings, at once', async () => {
    const understudy = start({}, {}, { random: () => 0.05 });
    const ask = asker(understudy);
    await until(() => evaluator.openStreams === 1);
    expect(await ask()).toBe('main');
    evaluator.publish(snapshotOf(SPARE));
    await until(() => understudy.status().overrides.state === 'in-force', 1_000);
    expect(await ask()).toBe('spare');
  });

  it('polls where the stream does not work, and asks again only for what is new', async () => {
    let unchanged = 0;
    evaluator.intercept = (request, response) => {
      if (request.headers['if-none-match'] !== undefined) unchanged += 1;
      if (request.url !== '/v1/overrides/stream') return false;
      response.writeHead(404).end();
      return true;
    };
    evaluator.publish(snapshotOf(SPARE));
    const understudy = start();
    const ask = asker(understudy);
    await until(() => understudy.status().overrides.state === 'in-force');
    expect(await ask()).toBe('spare');
    await until(() => unchanged > 1);
    expect(understudy.status().overrides.accepted).toBe(1);
  });

  it('opens the stream again for ever, also after silence', async () => {
    const understudy = start();
    await until(() => evaluator.streamsOpened >= 4);
    evaluator.publish(snapshotOf(SPARE));
    await until(() => understudy.status().overrides.state === 'in-force');
  });

  it('keeps the last good snapshot whatever else comes', async () => {
    const understudy = start({ publicKey: evaluator.key.jwk });
    const ask = asker(understudy);
    const good = signed(snapshotOf(SPARE, { epoch: 3, version: 7 }), evaluator.key);
    evaluator.push(good);
    await until(() => understudy.status().overrides.state === 'in-force');
    const clear = (more: object): string => signed(snapshotOf({}, { epoch: 3, version: 8, ...more }), evaluator.key);
    const attacks: readonly (readonly [string, string])[] = [
      ['unknown-key', signed(snapshotOf({}, { epoch: 9 }), newSigningKey('other'))], ['bad-signature', signed(snapshotOf({}, { epoch: 9 }), newSigningKey())],
      ['other-project', clear({ project: 'other' })], ['old-version', clear({ version: 6 })], ['old-version', clear({ epoch: 2, version: 99 })],
      ['undeclared-target', clear({ routes: { answer: allTo('evil/model') } })], ['expired', clear({ issuedAt: Date.now() - 3_600_000 })],
      ['wrong-schema', clear({ routes: { answer: { targets: [], reason: '' } } })], ['malformed', 'rubbish'], ['too-large', 'x'.repeat(200_000)],
    ];
    for (const [reason, jws] of attacks) {
      evaluator.push(jws);
      await until(() => understudy.status().overrides.lastRejection?.reason === reason);
      expect(await ask(), reason).toBe('spare');
      expect(understudy.status().overrides).toMatchObject({ epoch: 3, version: 7 });
    }
    evaluator.push(clear({}));
    await until(() => understudy.status().overrides.version === 8);
    expect(await ask()).toBe('main');
  });

  it('is not led astray by its own clock being a day wrong', async () => {
    evaluator.publish(snapshotOf(SPARE));
    const wrong = { ...SYSTEM_PORTS.clock, wallMs: () => Date.now() + 86_400_000 };
    const understudy = start({}, {}, { ...QUICK, clock: wrong });
    asker(understudy);
    await until(() => understudy.status().overrides.state === 'in-force');
  });

  describe('an evaluator that starts again without its data, with a new key and from epoch 0', () => {
    let skippedMs: number;
    const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() + skippedMs };
    const replaced = async (pinned: boolean): Promise<{ understudy: Understudy; ask: () => Promise<string> }> => {
      skippedMs = 0;
      const understudy = start(pinned ? { publicKey: evaluator.key.jwk } : {}, {}, { ...QUICK, clock });
      const ask = asker(understudy);
      evaluator.publish(snapshotOf(SPARE, { epoch: 5, version: 40 }));
      await until(() => understudy.status().overrides.state === 'in-force');
      const { port } = evaluator;
      await evaluator.stop();
      evaluator = await SigningEvaluator.start(newSigningKey('key-2'), port);
      skippedMs = 10_000;
      evaluator.publish(snapshotOf({}, { epoch: 0, version: 1 }));
      await until(() => understudy.status().overrides.lastRejection !== undefined);
      return { understudy, ask };
    };

    it('is followed once the lease of the old one is over, where keys are fetched from this machine', async () => {
      const { understudy, ask } = await replaced(false);
      await until(() => understudy.status().overrides.lastRejection?.reason === 'old-version');
      expect(await ask(), 'until then the old one holds').toBe('spare');
      skippedMs = 61_000;
      await until(() => understudy.status().overrides.epoch === 0);
      expect(await ask()).toBe('main');
      evaluator.publish(snapshotOf(SPARE, { epoch: 0, version: 2 }));
      await until(() => understudy.status().overrides.version === 2);
      expect(await ask()).toBe('spare');
    });

    it('is never followed where the key is pinned', async () => {
      const { understudy } = await replaced(true);
      skippedMs = 61_000;
      const { rejected } = understudy.status().overrides;
      await until(() => understudy.status().overrides.rejected > rejected + 3);
      expect(understudy.status().overrides).toMatchObject({ state: 'expired', epoch: 5, lastRejection: { reason: 'unknown-key' } });
    });
  });

  it('asks again where somebody switched protocols instead of answering', async () => {
    let switched = 0;
    evaluator.intercept = (_request, response) => {
      switched += 1;
      return response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n') !== undefined;
    };
    const understudy = start();
    await until(() => switched >= 2);
    evaluator.intercept = undefined;
    evaluator.publish(snapshotOf(SPARE));
    await until(() => understudy.status().overrides.state === 'in-force');
  });

  it('lets go of a stream that brings much and nothing of use', async () => {
    evaluator.intercept = (request, response) => {
      if (request.url !== '/v1/overrides/stream') return false;
      evaluator.streamsOpened += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': noise\n\n'.repeat(2_000));
      return true;
    };
    const understudy = start({}, {}, { ...QUICK, followTiming: { pollMs: 60_000, silenceMs: 60_000 } });
    await until(() => understudy.status().overrides.channel?.lastError?.includes('nothing of use') === true);
    await until(() => evaluator.streamsOpened > 1);
    evaluator.intercept = undefined;
    evaluator.publish(snapshotOf(SPARE));
    await until(() => understudy.status().overrides.state === 'in-force');
  });

  it('trusts keys that it fetched only from this machine', async () => {
    const understudy = start();
    asker(understudy);
    evaluator.publish(snapshotOf(SPARE));
    await until(() => understudy.status().overrides.state === 'in-force');
    const { understudy: remote } = recorded({ endpoint: 'http://evaluator.example:4319' });
    expect(remote.status().overrides.followed).toBe(false);
    expect(remote.status().problems.join()).toContain('pinned key');
  });

  it('says that its public key cannot be used, and goes on without overrides', async () => {
    evaluator.publish(snapshotOf(SPARE));
    const understudy = start({ publicKey: 'rubbish' });
    const ask = asker(understudy);
    await until(() => understudy.status().problems.some((problem) => problem.includes('public key')));
    await until(() => understudy.status().overrides.channel?.lastError !== undefined);
    expect(await ask()).toBe('main');
  });

  it('does not even ask when the local switch is off', async () => {
    evaluator.publish(snapshotOf(SPARE));
    const understudy = start({}, { UNDERSTUDY_OVERRIDES: 'off' });
    const ask = asker(understudy);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await ask()).toBe('main');
    expect([evaluator.polls, evaluator.streamsOpened]).toEqual([0, 0]);
  });

  it('lets a forced target win, and says when it is none', async () => {
    const forced = start({}, { UNDERSTUDY_FORCE: 'answer=openai/spare' });
    expect(await asker(forced)()).toBe('spare');
    const wrong = start({}, { UNDERSTUDY_FORCE: 'answer=openai/typo' });
    expect(await asker(wrong)()).toBe('main');
    expect(wrong.status().problems.join()).toContain('openai/typo');
  });

  it('does nothing at all when disabled', async () => {
    const { understudy, spans } = recorded({ endpoint: evaluator.url }, { UNDERSTUDY_DISABLE: '1' });
    const client = { chat: { completions: { create: async (body: object) => body } } };
    const body = { model: 'main' };
    expect(await understudy.openai('answer', client, { fallbacks: ['spare'] }).chat.completions.create(body)).toBe(body);
    expect(await asker(understudy)()).toBe('main');
    expect(await spans()).toEqual([]);
    expect(evaluator.streamsOpened).toBe(0);
  });

  it('lets a program end that has not shut it down', async () => {
    const program = `import { createUnderstudy } from ${JSON.stringify(new URL('../understudy.ts', import.meta.url).href)}; createUnderstudy({ endpoint: '${evaluator.url}', service: 'short' }); await new Promise((resolve) => setTimeout(resolve, 500));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { timeout: 15_000 });
    await until(() => evaluator.openStreams === 1);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('an evaluator that fails while an override is in force', () => {
  for (const failure of ['SIGKILL', 'SIGSTOP'] as const) {
    it(`(${failure}): the app order returns when the lease is over, and no call fails`, async () => {
      const evaluator = await startEvaluatorProcess();
      let skippedMs = 0;
      const clock = { wallMs: () => Date.now() + skippedMs, monotonicMs: () => performance.now() + skippedMs };
      const { understudy } = recorded({ endpoint: evaluator.url }, {}, { ...QUICK, clock });
      const ask = asker(understudy);
      await until(() => understudy.status().overrides.state === 'in-force');
      evaluator.signal(failure);
      await new Promise((resolve) => setTimeout(resolve, 500));
      skippedMs = 58_000;
      expect(await ask()).toBe('spare');
      skippedMs = 61_000;
      expect(await ask()).toBe('main');
      expect(understudy.status().overrides.state).toBe('expired');
      if (failure === 'SIGSTOP') {
        skippedMs = 0;
        evaluator.signal('SIGCONT');
        await until(() => understudy.status().overrides.state === 'in-force');
        evaluator.signal('SIGKILL');
      }
      await understudy.shutdown();
    });
  }

  it('(garbage): the app order returns when the lease is over, and no call fails', async () => {
    const evaluator = await SigningEvaluator.start();
    let skippedMs = 0;
    const clock = { wallMs: () => Date.now() + skippedMs, monotonicMs: () => performance.now() + skippedMs };
    const { understudy } = recorded({ endpoint: evaluator.url }, {}, { ...QUICK, clock });
    const ask = asker(understudy);
    evaluator.publish(snapshotOf(SPARE));
    await until(() => understudy.status().overrides.state === 'in-force');
    evaluator.intercept = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${'\u0000garbage'.repeat(20_000)}`);
      return true;
    };
    evaluator.push('garbage');
    for (let call = 0; call < 20; call += 1) {
      expect(await ask()).toBe('spare');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    skippedMs = 61_000;
    expect(await ask()).toBe('main');
    expect(understudy.status().overrides.rejected).toBeGreaterThan(0);
    await understudy.shutdown();
    await evaluator.stop();
  });
});
