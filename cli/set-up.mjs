// Installs what is missing, then runs a tool on the workspace's own Node 24. Plain JavaScript: it starts on any Node from 20.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
/** `npm run bench` runs all of them, `npm run bench -- NAME…` some. */
const BENCHES = new Map([
  'sdk/bench/routing.bench.ts', 'sdk/bench/size.bench.ts', 'evaluator/bench/detector.bench.ts', 'collector/bench/collector.bench.ts', 'evaluator/bench/score.bench.ts', 'evaluator/bench/heuristics.bench.ts', 'evaluator/bench/store.bench.ts',
  'evaluator/bench/routes.bench.ts', 'evaluator/bench/one-process.bench.ts', 'log/bench/append.bench.ts', 'test/bench/pipeline.bench.ts',
].map((script) => [basename(script, '.bench.ts'), script]));
const TOOLS = {
  understudy: [['cli/src/main.ts']],
  vitest: [['node_modules/vitest/vitest.mjs']],
  check: [['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '.'], ['node_modules/typescript/bin/tsc', '-p', '.'], ['node_modules/knip/bin/knip.js', '--no-progress']],
  bench: [...BENCHES.values()].map((script) => [script]),
  'demo-matrix': [['cli/src/demo/matrix.ts']],
  faults: [['test/faults/campaign.ts']],
  servers: [['test/support/servers-main.ts']],
  detection: [['test/detection/campaign.ts']],
  'judge-agreement': [['cli/src/judge-agreement/main.ts']],
};

const say = (text) => console.error(`understudy: ${text}`);

function versionsIn(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
}

/** True when every package of the lock file that this machine can use is there in its version. */
function isInstalled() {
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) return false;
  const installed = versionsIn('node_modules/.package-lock.json');
  return Object.entries(versionsIn('package-lock.json')).every(([path, wanted]) => path === '' || wanted.link || !path.startsWith('node_modules/') || (installed[path]?.version ?? (wanted.optional ? wanted.version : undefined)) === wanted.version);
}

async function install() {
  say('installing what it needs, once: about 1 GB, most of it the embedded ClickHouse. A minute or two.');
  const startedAt = Date.now();
  const progress = setInterval(() => say(`still installing, ${Math.round((Date.now() - startedAt) / 1000)} s`), 10_000);
  const child = spawn('npm', ['ci', '--loglevel=error', '--no-fund', '--no-audit', '--no-progress'], { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  const status = await new Promise((resolve) => child.once('close', resolve).once('error', () => resolve(1)));
  clearInterval(progress);
  if (status !== 0) {
    say('npm ci failed; its message is above. Check the network and the free disk space (about 1.5 GB), then run the command again.');
    process.exit(1);
  }
  say(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** The workspace's own Node 24; this one, where none could be installed for the platform and it is new enough. */
function node24() {
  const own = join(bin, process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  say(`no Node 24 package was installed for ${process.platform}/${process.arch}, and this Node is ${process.versions.node}. Install Node 24 and run the command again.`);
  process.exit(1);
}

/** The benches that are named before the first flag, and what is left of the arguments. */
function chooseBenches(words) {
  const firstFlag = words.findIndex((word) => word.startsWith('-'));
  const names = firstFlag < 0 ? words : words.slice(0, firstFlag);
  const unknown = names.find((name) => !BENCHES.has(name));
  if (unknown !== undefined) {
    say(`there is no bench named ${unknown}; there are ${[...BENCHES.keys()].join(', ')}`);
    process.exit(2);
  }
  return { scripts: names.length === 0 ? TOOLS.bench : names.map((name) => [BENCHES.get(name)]), rest: words.slice(names.length) };
}

const [tool, ...words] = process.argv.slice(2);
const { scripts: commands, rest: args } = tool === 'bench' ? chooseBenches(words) : { scripts: TOOLS[tool], rest: words };
if (commands === undefined) {
  say(`there is no tool named ${tool}; there are ${Object.keys(TOOLS).join(', ')}`);
  process.exit(2);
}
if (!isInstalled()) await install();
const node = node24();
let child;
// Ctrl-C reaches the child too, which ends in its own way; this process waits for it.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child?.kill(signal));
// npm ends its own shell on SIGTERM and leaves what that started behind.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) child?.kill('SIGTERM');
}, 500).unref();
for (const command of commands) {
  const isLast = command === commands.at(-1);
  child = spawn(node, [join(root, command[0]), ...command.slice(1), ...(isLast ? args : [])], {
    cwd: root, stdio: 'inherit', env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
  });
  const status = await new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1))));
  if (status !== 0) process.exit(status);
}
