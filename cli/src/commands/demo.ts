import { Command, InvalidArgumentError, Option } from 'commander';
import { DEMO_CAUSES, type DemoCause } from '@understudy/contracts/demo-event';
import { httpUrl, jsonOption } from '../api-client.ts';
import { childEnvironment } from '../demo/child-environment.ts';
import { jsonNarrator, type Narrator } from '../demo/narrator.ts';
import { type DemoOptions, runDemo } from '../demo/run-demo.ts';
import { terminalOutput, textNarrator } from '../demo/text-narrator.ts';
import { EXIT } from '../exit-codes.ts';

interface DemoFlags {
  readonly once?: boolean;
  readonly seed: number;
  readonly cause?: DemoCause;
  readonly port?: number;
  readonly otlpPort?: number;
  readonly appEndpoint?: string;
  readonly kafka?: boolean;
  readonly json?: boolean;
}

/** What a newcomer sees, one after the other, until Ctrl-C. */
const TOUR: readonly DemoCause[] = ['refusal', 'server-error', 'slow', 'truncated', 'loop'];

export function demoCommand(): Command {
  return new Command('demo')
    .description('a model goes bad, its fallback takes over, the model comes back: an application, its provider and Understudy on this machine, no key needed')
    .option('--once', 'one cause from start to recovery, then end: 0 when everything came in its order, else 1')
    .option('--seed <number>', 'of the questions, the answers and their times', wholeNumber, 1)
    .addOption(new Option('--cause <cause>', 'what goes wrong, once (default: refusal with --once, else one after the other until Ctrl-C)').choices(DEMO_CAUSES))
    .option('--port <number>', 'port of the API (default 4319, or any free one when it is taken)', portNumber)
    .option('--otlp-port <number>', 'port for telemetry (default 4318, or any free one when it is taken)', portNumber)
    .option('--app-endpoint <url>', 'Understudy\'s address for the application, when something stands between them: try what a broken network does', httpUrl)
    .option('--kafka', 'Understudy as separate processes over Kafka and ClickHouse (KAFKA_BROKERS, CLICKHOUSE_URL), in topics and a database of this run\'s own')
    .addOption(jsonOption())
    .action(run);
}

async function run(flags: DemoFlags): Promise<void> {
  const stopping = new AbortController();
  const stop = (exitCode: number) => () => stopping.abort(new Stopped(exitCode));
  process.once('SIGINT', stop(EXIT.interrupted));
  process.once('SIGTERM', stop(EXIT.ok));
  // The terminal was closed.
  process.once('SIGHUP', stop(EXIT.ok));
  const narrator = flags.json === true ? jsonNarrator() : textNarrator(terminalOutput());
  try {
    const ok = await runDemo(optionsOf(flags, narrator, stopping.signal));
    process.exitCode = ok ? EXIT.ok : EXIT.failed;
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    process.exitCode = error.exitCode;
  } finally {
    narrator.end();
  }
}

class Stopped extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('stopped');
    this.exitCode = exitCode;
  }
}

function optionsOf(flags: DemoFlags, narrator: Narrator, signal: AbortSignal): DemoOptions {
  const causes = flags.cause !== undefined ? [flags.cause] : flags.once === true ? (['refusal'] as const) : TOUR;
  const afterwards = flags.once === true ? 'once' : flags.cause === undefined ? 'repeat' : 'stay';
  return { seed: flags.seed, causes, afterwards, port: flags.port, otlpPort: flags.otlpPort, appEndpoint: flags.appEndpoint, environment: childEnvironment(), separate: flags.kafka === true, narrator, signal };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('a seed is a whole number from 0');
  return value;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return port;
}
