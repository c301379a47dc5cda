import { Command, CommanderError } from 'commander';
import { EXIT, exitCodeOf, messageOf } from './exit-codes.ts';

/** Each command is loaded when it is called: `--help` stays quick. */
const COMMANDS: Readonly<Record<string, { readonly text: string; readonly load: () => Promise<Command> }>> = {
  demo: { text: 'a model goes bad and comes back: provider, application and evaluator on this machine', load: async () => (await import('./commands/demo.ts')).demoCommand() },
  dev: { text: 'collector and evaluator in one process, with a data directory', load: async () => (await import('./commands/dev.ts')).devCommand() },
  collector: { text: 'takes telemetry and writes it to Kafka', load: async () => (await import('./commands/collector.ts')).collectorCommand() },
  evaluator: { text: 'scores, decides, publishes and answers, over Kafka and ClickHouse', load: async () => (await import('./commands/evaluator.ts')).evaluatorCommand() },
  status: { text: 'every route: its state, who serves it, what is learned', load: async () => (await import('./commands/status.ts')).statusCommand() },
  incidents: { text: 'incidents, or one of them', load: async () => (await import('./commands/incidents.ts')).incidentsCommand() },
  decisions: { text: 'what was decided about a route, and why', load: async () => (await import('./commands/decisions.ts')).decisionsCommand() },
  judge: { text: 'the judge: its health, what it cost today, how much it has seen', load: async () => (await import('./commands/judge.ts')).judgeCommand() },
  override: { text: 'list, pin, release, freeze, unfreeze, apply', load: async () => (await import('./commands/override.ts')).overrideCommand() },
  alert: { text: 'list, test, silence, unsilence', load: async () => (await import('./commands/alert.ts')).alertCommand() },
  topics: { text: 'create or check the topics of the Kafka cluster', load: async () => (await import('./commands/topics.ts')).topicsCommand() },
  policy: { text: 'check a policy file, or print its JSON Schema', load: async () => (await import('./commands/policy.ts')).policyCommand() },
  score: { text: 'the signals of recorded answers, row by row', load: async () => (await import('./commands/score.ts')).scoreCommand() },
  replay: { text: 'would a change have been found in recorded answers, and after how many calls', load: async () => (await import('./commands/replay.ts')).replayCommand() },
  verify: { text: 'fold the stored evidence again and compare every decision', load: async () => (await import('./commands/verify.ts')).verifyCommand() },
};

const HINT = '(run with --help to see what there is)';

async function programFor(name: string | undefined): Promise<Command> {
  const program = new Command('understudy').description('Proves when a model has got worse, and puts its fallback on stage.').version('0.1.0').showHelpAfterError(HINT);
  for (const [known, { text, load }] of Object.entries(COMMANDS)) {
    if (known === name) program.addCommand(hinting(await load()));
    else program.command(known).description(text).allowUnknownOption();
  }
  return throwing(program);
}

/** Only commands that the program itself makes inherit its settings. */
function hinting(command: Command): Command {
  command.showHelpAfterError(HINT);
  for (const child of command.commands) hinting(child);
  return command;
}

/** Commander's own errors come as exceptions, so that there is one place that ends the process. */
function throwing(command: Command): Command {
  command.exitOverride();
  for (const child of command.commands) throwing(child);
  return command;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  try {
    const [name, of] = args.filter((arg) => !arg.startsWith('-'));
    const program = await programFor(name === 'help' ? of : name);
    if (args.length === 0) program.help();
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      return;
    }
    console.error(messageOf(error));
    process.exitCode = exitCodeOf(error);
  }
}

await main();
