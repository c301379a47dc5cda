import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { seededRandom } from 'understudy/src/demo/seeded-random.ts';
import { type EvaluatorProcess, startEvaluatorProcess } from '../support/evaluator-process.ts';

const MAIN = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
const DIRECTORIES = 3;
const KILLS_EACH = 4;
/** A start on a fresh directory takes about a second: loading, locks, schema, migrations, key. */
const LATEST_MS = 1_200;

it('starts on a data directory whose first starts were all killed', async () => {
  const random = seededRandom(3, 'starts');
  const scratch = mkdtempSync(join(tmpdir(), 'understudy-start-'));
  let evaluator: EvaluatorProcess | undefined;
  try {
    for (let i = 0; i < DIRECTORIES; i++) {
      const dataDirectory = join(scratch, `data-${i}`);
      for (let kill = 0; kill < KILLS_EACH; kill++) {
        const child = spawn(process.execPath, [MAIN, 'dev', '--data', dataDirectory, '--port', '0', '--otlp-port', '0'], { stdio: 'ignore' });
        const ended = once(child, 'exit');
        await pause(random.between(200, LATEST_MS));
        child.kill('SIGKILL');
        expect((await ended)[1], 'it had not ended by itself').toBe('SIGKILL');
      }
      evaluator = await startEvaluatorProcess({ dataDirectory, policyFile: undefined, port: 0, otlpPort: 0 });
      expect((await fetch(`${evaluator.api}/v1/overrides`)).status).toBeOneOf([200, 503]);
      expect(await evaluator.query('SELECT count() AS n FROM calls FINAL')).toHaveLength(1);
      expect(await evaluator.stop()).toBe('0');
    }
  } finally {
    evaluator?.kill('SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  }
}, 120_000);
