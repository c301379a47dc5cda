#!/usr/bin/env node
// The command on any Node: hands over to the workspace's own Node 24 when this one is older.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main);
} else {
  const bundled = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
  if (!existsSync(bundled)) {
    console.error(`understudy: needs Node 24, this is ${process.versions.node}. Run npm install in the project first; it brings its own Node 24.`);
    process.exit(1);
  }
  const child = spawn(bundled, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches both; any other signal comes to this process alone.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`understudy: cannot start ${bundled}: ${error.message}`);
    process.exit(1);
  });
  child.once('close', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
