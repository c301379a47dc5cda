import { once } from 'node:events';
import { Command } from 'commander';
import { scoreCall } from '@understudy/evaluator/heuristics/score-call';
import { jsonOption } from '../api-client.ts';
import { readCalls, type ReadOptions } from '../rows/read-calls.ts';
import { formatOption, mapOption, routeOption } from '../rows/row-options.ts';
import { table } from '../table.ts';
import { SignalSummary } from './signal-summary.ts';

export function scoreCommand(): Command {
  return new Command('score')
    .description('the signals of recorded answers, one JSON object a row')
    .argument('<file...>', 'files of rows')
    .addOption(formatOption())
    .addOption(mapOption())
    .addOption(routeOption())
    .addOption(jsonOption())
    .action(async (files: string[], options: ReadOptions & { json?: boolean }) => {
      const summary = new SignalSummary();
      await print(scoredLines(files, options, summary));
      if (!options.json) console.error(table(['SIGNAL', 'ROWS', 'LEVEL'], summary.rows()));
    });
}

async function* scoredLines(files: readonly string[], options: ReadOptions, summary: SignalSummary): AsyncGenerator<string> {
  let row = 0;
  for await (const { facts } of readCalls(files, options)) {
    row += 1;
    const { signals, flags } = scoreCall(facts);
    summary.add(signals);
    yield `${JSON.stringify({ row, signals, flags })}\n`;
  }
}

/** Output is written in pieces of this many characters: a write a row would cost more than the scoring. */
const PIECE = 65_536;

/** As fast as the reader takes it; a reader that went away (`| head`) ends the work quietly. */
async function print(lines: AsyncIterable<string>): Promise<void> {
  let gone = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone = true;
    process.stdout.emit('drain');
  });
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    if (gone) return;
    piece = '';
  }
  process.stdout.write(piece);
}
