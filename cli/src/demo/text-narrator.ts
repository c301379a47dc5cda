import { stripVTControlCharacters, styleText } from 'node:util';
import type { DemoCause } from '@understudy/contracts/demo-event';
import { signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { printable, short } from '../table.ts';
import { hangingIndent } from './hanging-indent.ts';
import type { AppAnswer, Observation, ObservedRoute } from './demo-observation.ts';
import type { Narrator, TimedEvent } from './narrator.ts';

const STATUS_MS = 500;
/** Where there is no terminal, one line so often while nothing happens. */
const PATIENCE_MS = 10_000;
/** The live line tells what the application was answered in so many last milliseconds. */
const RECENT_MS = 3_000;
/** After the clock and the word that says what happened. */
const TEXT_COLUMN = 17;

export interface TextOutput {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly colour: boolean;
  readonly nowMs: () => number;
}

/** Standard output: a live line and colours only on a terminal, colours not with NO_COLOR (https://no-color.org). */
export function terminalOutput(): TextOutput {
  const isTerminal = process.stdout.isTTY === true;
  const noColour = process.env.NO_COLOR;
  return {
    write: (text) => process.stdout.write(text), isTerminal, columns: () => process.stdout.columns ?? 80,
    colour: isTerminal && (noColour === undefined || noColour === ''), nowMs: () => performance.now(),
  };
}

const ALERT_TEXTS = { opened: 'open', resolved: 'resolved' } as const;

const CAUSE_TEXTS: Readonly<Record<DemoCause, string>> = {
  none: 'nothing is wrong', refusal: 'it refuses most requests', truncated: 'it stops in the middle of its answers', loop: 'it repeats itself', slow: 'it takes five times as long',
  'server-error': 'six of ten requests end in a server error', cost: 'a hidden prompt makes every call dearer, the answers stay as they were', wrong: 'its answers are as fluent as ever, and seven of ten say what is not true',
};

/** A running commentary for people: one line an event, and on a terminal one live line below. */
export function textNarrator(output: TextOutput): Narrator {
  const startedMs = output.nowMs();
  let route: ObservedRoute | undefined;
  let answers: { atMs: number; answer: AppAnswer }[] = [];
  let api = '';
  let isFirstRound = true;
  let lastLineMs = startedMs;
  const paint = (style: Parameters<typeof styleText>[0], text: string) => (output.colour ? styleText(style, text, { validateStream: false }) : text);
  const line = (text: string, elapsedMs = output.nowMs() - startedMs) => {
    lastLineMs = output.nowMs();
    // A live line is on the terminal's last row: clear it first.
    const whole = `${paint('dim', clockOf(elapsedMs))}  ${text}`;
    output.write(output.isTerminal ? `\r\u001b[K${hangingIndent(whole, output.columns(), TEXT_COLUMN)}\n` : `${whole}\n`);
  };
  const status = () => {
    answers = answers.filter(({ atMs }) => output.nowMs() - atMs <= RECENT_MS);
    if (api === '') return 'starting the three processes';
    return statusText(route, answers.map(({ answer }) => answer), RECENT_MS / 1000);
  };
  const timer = setInterval(() => {
    if (output.isTerminal) output.write(`\r\u001b[K${paint('dim', `${clockOf(output.nowMs() - startedMs)}  ${status()}`.slice(0, output.columns() - 1))}`);
    else if (output.nowMs() - lastLineMs >= PATIENCE_MS && route !== undefined) line(status());
  }, STATUS_MS);
  return {
    tell: (event) => {
      if (event.event === 'ready') api = String(event.api);
      for (const text of linesOf(event, api, paint, isFirstRound)) line(text, event.elapsedMs);
      if (event.event === 'finished') isFirstRound = false;
    },
    observe: (observation: Observation) => {
      if (observation.kind === 'route') route = observation.route;
      if (observation.kind === 'alert') line(`${paint('magenta', 'alert')}     ${printable(observation.receiver)} got a signed message: ${printable(observation.incidentId)} ${observation.change === 'updated' ? 'has changed' : `is ${ALERT_TEXTS[observation.change]}`}.`);
      if (observation.kind === 'answer') answers.push({ atMs: output.nowMs(), answer: observation });
    },
    say: (text) => line(text),
    end: () => {
      clearInterval(timer);
      if (output.isTerminal) output.write('\r\u001b[K');
    },
  };
}

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** What a person reads of an event. Text that came from outside is printed without control characters. */
export function linesOf(event: TimedEvent, api: string, paint: Paint, isFirstRound = true): string[] {
  const fact = (name: string) => printable(String(event[name] ?? '?'));
  switch (event.event) {
    case 'ready': return readyLines(event, paint);
    case 'route.healthy': return isFirstRound ? [`${paint('green', 'healthy')}   ${fact('route')}: the baseline is learned. Waiting until a small share of real requests has proved the fallback.`]
      : [`${paint('green', 'healthy')}   ${fact('route')}: the next cause comes in a moment. Look around meanwhile; Ctrl-C ends everything.`];
    case 'cause.started': return [`${paint('yellow', 'cause')}     ${fact('target')} gets worse now: ${CAUSE_TEXTS[event.cause as DemoCause]}. Nobody tells Understudy.`];
    case 'incident.opened': return [
      `${paint('red', 'incident')}  ${fact('target')}: ${changeText(event)}. Evidence ${short(Number(event.statistic))} has passed its threshold ${short(Number(event.threshold))}, so this is no accident.`,
      `          curl -s ${api}/v1/incidents/${fact('incidentId')}`,
    ];
    case 'alert.sent': return alertLines(event, api, paint);
    case 'override.published': return [`${paint('cyan', 'override')}  version ${fact('epoch')}.${fact('version')}, signed: ${sharesOf(event.targets)}.`];
    case 'fallback.served': return [`${paint('green', 'on stage')}  the application was answered by ${fact('target')} (trace ${fact('traceId')}; the provider's log says ${fact('answeredBy')}).`];
    case 'cause.ended': return [`${paint('yellow', 'cause')}     it is over: the model is well again. Understudy does not know that yet and waits out the hold-down.`];
    case 'probing.started': return [`${paint('cyan', 'probing')}   a share of real requests tries the primary again; each success is evidence.`];
    case 'override.cleared': return [`${paint('green', 'proved')}    the primary has proved itself; the override is gone (version ${fact('epoch')}.${fact('version')}).`];
    case 'primary.served': return [`${paint('green', 'back')}      the application is answered by ${fact('target')} again (trace ${fact('traceId')}).`];
    case 'incident.resolved': return [`${paint('green', 'resolved')}  ${fact('incidentId')}.`];
    case 'finished': return [finishedLine(event, paint)];
  }
}

/** Nothing is switched: what a person may do about it. */
function alertLines(event: TimedEvent, api: string, paint: Paint): string[] {
  const [incidentId, route] = [printable(String(event.incidentId)), printable(String(event.route))];
  if (typeof event.fallback !== 'string') return [`${paint('magenta', 'alert')}     people are told, and the route stays where it is: the policy says that this alone does not switch.`];
  return [
    `${paint('magenta', 'alert')}     the judge alone does not switch: no signal of another family agrees, so the route is inconclusive and a person decides. To let ${printable(event.fallback)} take over:`,
    `          npx understudy override apply ${route} ${incidentId} --reason "the answers are wrong" --url ${api}`,
  ];
}

/** Such as `refusals 0.4 % → 65 % of calls`. */
function changeText(event: TimedEvent): string {
  const signal = signalDefinition(event.signal as SignalName);
  if (signal === undefined) return printable(String(event.signal));
  const isShare = signal.kind === 'rate' || signal.kind === 'score';
  const value = (fact: unknown) => (typeof fact !== 'number' ? '?' : isShare ? `${short(fact * 100)} %` : short(fact));
  return `${signal.text} ${value(event.baseline)} → ${value(event.observed)}${signal.kind === 'rate' ? ' of calls' : isShare ? '' : ` ${signal.unit}`}`;
}

function readyLines(event: TimedEvent, paint: Paint): string[] {
  const fact = (name: string) => String(event[name]);
  return [
    `${paint('bold', 'Understudy demo')}: an application, its model provider and Understudy, three processes that know each other only by URL.`,
    `          API       ${fact('api')}   try: npx understudy status --url ${fact('api')}`,
    `          OTLP      ${fact('otlp')}`,
    `          provider  ${fact('provider')}/v1   models gpt-5 (primary), gpt-5-mini (fallback) and gpt-5-nano (judge); what it answered: curl -s ${fact('providerLog')}`,
    `learning  the application asks about 20 questions a second on the route support.answer; Understudy learns what healthy answers look like.`,
  ];
}

function finishedLine(event: TimedEvent, paint: Paint): string {
  const seconds = (name: string, text: string) => (typeof event[name] === 'number' ? [`${text} ${(event[name] / 1000).toFixed(1)} s`] : []);
  const figures = [...seconds('detectionMs', 'detected after'), ...seconds('fallbackMs', 'fallback on stage after'), ...seconds('recoveryMs', 'back and resolved, from the end of the cause, after')];
  if (event.ok !== true) return `${paint('red', 'failed')}    ${printable(String(event.reason))}.`;
  return `${paint('green', 'finished')}  ${figures.length === 0 ? 'nothing happened, as it should be' : figures.join(' · ')}.`;
}

function sharesOf(targets: unknown): string {
  const shares = (Array.isArray(targets) ? targets : []) as { id: string; percent: number; purpose: string }[];
  return shares.map(({ id, percent, purpose }) => `${percent} % ${printable(id)}${purpose === 'serve' ? '' : ` (${purpose})`}`).join(', ');
}

/** The live line: who answers, how fast, and what is being waited for. */
export function statusText(route: ObservedRoute | undefined, answers: readonly AppAnswer[], seconds: number): string {
  const parts = [route === undefined ? 'waiting for the first calls' : `${route.route} is ${route.state}`];
  if (route?.learning !== undefined) parts.push(`learned from ${route.learning.calls} of ${route.learning.needed} calls`);
  const probes = route?.recovery?.map(({ probes: count }) => count) ?? [];
  if (probes.length > 0) parts.push(`${Math.max(...probes)} probes`);
  if (answers.length > 0) {
    const byTarget = Map.groupBy(answers.filter((answer) => answer.ok), (answer) => answer.target ?? '?');
    parts.push(`${(answers.length / seconds).toFixed(0)} answers/s`, ...[...byTarget].toSorted(([one], [other]) => one.localeCompare(other)).map(([target, of]) => `${printable(target)} ${Math.round((100 * of.length) / answers.length)} %`));
    const failed = answers.filter((answer) => !answer.ok).length;
    if (failed > 0) parts.push(`${failed} failed`);
  }
  return stripVTControlCharacters(parts.join(' · '));
}

function clockOf(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`;
}
