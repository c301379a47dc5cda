import { Command, Option } from 'commander';
import { type Replay, replayCalls } from '@understudy/evaluator/replay/replay-calls';
import { jsonOption } from '../api-client.ts';
import { EXIT } from '../exit-codes.ts';
import { collectPopulations, type PopulationOptions } from '../rows/populations.ts';
import { formatOption, mapOption, repeated, routeOption, wholeNumber } from '../rows/row-options.ts';
import { replayText } from './replay-text.ts';

interface ReplayOptions extends PopulationOptions {
  readonly target?: string;
  readonly json?: boolean;
}

export function replayCommand(): Command {
  return new Command('replay')
    .description(`would a change have been found in recorded answers, and after how many calls; exit ${EXIT.degradationFound} when a degradation was found`)
    .argument('<file...>', 'files of rows')
    .addOption(formatOption())
    .addOption(mapOption())
    .addOption(routeOption())
    .addOption(new Option('--target <id>', 'name of the target that both kinds of rows stand for (default: what --baseline is equal to)'))
    .addOption(new Option('--baseline <column=value>', 'healthy rows, to learn from (more than one: all must hold)').argParser(repeated).makeOptionMandatory())
    .addOption(new Option('--current <column=value>', 'rows to watch').argParser(repeated))
    .addOption(new Option('--halves', 'split the baseline rows in two and watch the second half: what is found there is a false alarm'))
    .addOption(new Option('--baseline-min <calls>', 'fewest healthy rows').argParser(wholeNumber).default(50))
    .addOption(new Option('--shuffle-seed <number>', 'the order in which rows are watched').argParser(wholeNumber).default(1))
    .addOption(jsonOption())
    .action(async (files: string[], options: ReplayOptions) => {
      const { baseline, current } = await collectPopulations(files, options);
      const target = options.target ?? options.baseline[0]?.slice(options.baseline[0].indexOf('=') + 1) ?? '';
      const replay = replayCalls(target, baseline, current);
      console.log(options.json ? JSON.stringify(replayJson(replay, baseline.length, current.length)) : replayText(replay, baseline.length, current.length));
      if (replay.detections.length > 0) process.exitCode = EXIT.degradationFound;
    });
}

function replayJson({ detections, wouldSwitchAtCall }: Replay, baselineCalls: number, currentCalls: number) {
  return {
    calls: baselineCalls + currentCalls, baselineCalls, currentCalls,
    detections: detections.map(({ switchAtCall, baseline, observed, ...detection }) => ({ ...detection, baseline: baseline ?? null, observed: observed ?? null, switchAtCall: switchAtCall ?? null })),
    wouldSwitchAtCall: wouldSwitchAtCall ?? null,
  };
}
