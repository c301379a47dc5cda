// Installs what is missing, then runs a tool on the workspace's own Node 24. Plain JavaScript: it starts on any Node from 20.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const node = () => (existsSync(join(bin, 'node')) ? join(bin, 'node') : process.execPath);
const TOOLS = {
  understudy: [['cli/src/main.ts']],
  vitest: [['node_modules/vitest/vitest.mjs']],
  check: [['node_modules/@biomejs/biome/bin/biome', 'ci', '.'], ['node_modules/typescript/bin/tsc', '-p', '.']],
};

if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) {
  console.error('understudy: installing the packages it needs (about 700 MB, the embedded ClickHouse engine is most of it); this takes a minute or two.');
  const installed = spawnSync('npm', ['ci', '--loglevel=error', '--no-fund', '--no-audit'], { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (installed.status !== 0) {
    console.error('understudy: npm ci failed (its message is above). Check the network and the free disk space (about 1 GB), then run the command again.');
    process.exit(1);
  }
}
const [tool, ...args] = process.argv.slice(2);
const commands = TOOLS[tool];
if (commands === undefined) {
  console.error(`understudy: no tool named ${tool}; there are ${Object.keys(TOOLS).join(', ')}`);
  process.exit(2);
}
for (const command of commands) {
  const last = command === commands.at(-1);
  const run = spawnSync(node(), [...command.map((part, index) => (index === 0 ? join(root, part) : part)), ...(last ? args : [])], {
    cwd: root, stdio: 'inherit', env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
