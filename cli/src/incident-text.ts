import type { Estimate, EvidenceCall, FallbackReport, Hit, IncidentReport, SignalLevelReport } from '@understudy/contracts/incident-report';
import { signalDefinition } from '@understudy/contracts/signal';
import { signalLevel } from './signal-level.ts';
import { clock, printable, short } from './table.ts';

const WIDTH = 13;
const MOST_EVIDENCE = 5;
const MOST_EXCERPT = 90;
/** What a judge objects to stands at the end of what it says as well as at its beginning. */
const MOST_REASONING = 240;
const MOST_DONE = 12;

/** An incident as somebody who was just called reads it: the answers in the order in which the questions come. `url` is where the commands to copy have to go, when that is not where they go by themselves. */
export function incidentText(report: IncidentReport, nowMs: number, url?: string): string {
  const lines = [
    headline(report),
    ...section('since', [sinceText(report, nowMs)]),
    ...section('how bad', report.kind === 'judge' ? ['npx understudy judge shows what it saw of each route, and why not more'] : howBad(report)),
    ...section('who is hit', [...(report.routes === undefined ? [] : [`routes ${report.routes.join(', ')}`]), ...(report.hit === undefined ? missing(report, 'hit') : hitText(report, report.hit))]),
    ...section('model', modelText(report)),
    ...section('done', doneText(report)),
    ...section('fallback', report.fallbackReport === undefined ? [] : fallbackText(report, report.fallbackReport)),
    ...section('evidence', [...missing(report, 'evidence'), ...report.evidence.slice(0, MOST_EVIDENCE).flatMap((call) => evidenceText(report, call))]),
    ...section('silenced', report.silencedUntilMs === undefined ? [] : [`nobody is told until ${clock(report.silencedUntilMs)}`]),
    ...section('you can', report.actions.flatMap(({ text, command }) => [text, `  ${command}${url === undefined ? '' : ` --url ${url}`}`])),
  ];
  return lines.map(printable).join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${(index === 0 ? title : '').padEnd(WIDTH)}${line}`);
}

function headline(report: IncidentReport): string {
  const where = report.route === '' ? report.target : `${report.target} on ${report.route}`;
  const what = report.kind === 'route' ? signalDefinition(report.signal).text : report.kind;
  const routeState = report.state === 'open' && report.routeState !== undefined ? `, the route is ${report.routeState}` : '';
  const names = [...new Set([report.signal, report.family])].join(', ');
  return `${report.incidentId}: ${where}: ${what} (${names}) · ${report.state}${routeState}`;
}

function sinceText({ beganAtMs, openedAtMs, resolvedAtMs }: IncidentReport, nowMs: number): string {
  const began = beganAtMs === undefined ? '' : `${clock(beganAtMs)} UTC, believed; `;
  const proved = `proved ${clock(openedAtMs)}${beganAtMs === undefined ? ' UTC' : ''}`;
  return resolvedAtMs === undefined ? `${began}${proved}; open for ${ago(nowMs - openedAtMs)}` : `${began}${proved}; resolved ${clock(resolvedAtMs)}, after ${ago(resolvedAtMs - openedAtMs)}`;
}

function howBad(report: IncidentReport): string[] {
  const proof = `when it was proved: ${signalLevel(report.signal, report.observed) || 'not known'}, statistic ${short(report.statistic)} against ${short(report.threshold)}`;
  const rules = report.brokenRules.map(({ rule, observed }) => `breaks the rule "${rule}": ${short(observed)}`);
  const notes = (report.notes ?? []).map((note) => `since then also broken: ${note}`);
  return [...missing(report, 'levels'), ...report.levels.map(levelText), proof, ...rules, ...notes];
}

function levelText({ signal, measure, before, since }: SignalLevelReport): string {
  return `${signal}: ${estimateText(signal, before)} → ${estimateText(signal, since)}${measure === 'median' ? ', medians' : ''}`;
}

function estimateText(signal: SignalLevelReport['signal'], estimate: Estimate | undefined): string {
  if (estimate === undefined) return 'not known';
  const interval = estimate.low === undefined || estimate.high === undefined ? '' : ` [${signalLevel(signal, estimate.low).replace(/ .*/, '')} to ${signalLevel(signal, estimate.high)}]`;
  return `${signalLevel(signal, estimate.value)}${interval} of ${estimate.calls} calls`;
}

function hitText(report: IncidentReport, hit: Hit): string[] {
  const share = hit.shareOfRoute === undefined ? '' : `, ${short(100 * hit.shareOfRoute)} % of the route's since then`;
  const marked = hit.affectedCalls === undefined ? `${hit.calls} calls of ${report.target}` : `${hit.affectedCalls} bad ones of ${hit.calls} calls`;
  const conversations = hit.conversations === 0 ? '' : `; ${hit.affectedConversations === undefined ? '' : `${hit.affectedConversations} of `}${hit.conversations} conversations`;
  const instances = hit.instances === 0 ? '' : `; ${counted(hit.instances, 'instance')} of the application`;
  return [`${marked}${share}${conversations}${instances}`, ...(report.state === 'open' && report.onTargetPercent !== undefined ? [`${short(report.onTargetPercent)} % of the requests go to ${report.target} now`] : [])];
}

/** Only where the provider's own names say that the models are not the same as before. */
function modelText({ models }: IncidentReport): string[] {
  const fresh = models.filter(({ callsBefore, callsSince }) => callsBefore === 0 && callsSince > 0).map(({ model }) => model);
  const before = models.filter(({ callsBefore }) => callsBefore > 0).map(({ model }) => model);
  return fresh.length === 0 || before.length === 0 ? [] : [`the provider answers by ${fresh.join(', ')} since then; before by ${before.join(', ')}`];
}

function doneText({ done, suggestion }: IncidentReport): string[] {
  const lines = done.slice(-MOST_DONE).map(({ atMs, text }) => `${clock(atMs).slice(11)}  ${text}`);
  const left = done.length > MOST_DONE ? [`(${done.length - MOST_DONE} earlier steps: --json)`] : [];
  return [...left, ...(lines.length === 0 ? ['nothing yet'] : lines), ...(suggestion === undefined ? [] : [`proposed: ${suggestion}`])];
}

function fallbackText(report: IncidentReport, fallback: FallbackReport): string[] {
  const proof = fallback.proved ? `proved, ${fallback.finishedLast15Min} calls in 15 min` : `${fallback.health}, ${fallback.finishedLast15Min} calls in 15 min`;
  const lines = [`${fallback.target}: ${proof}; serves ${short(fallback.percent)} % now`];
  if (fallback.served !== undefined) lines.push(`${counted(fallback.served.calls, 'request')} answered since${fallback.served.sinceMs === undefined ? ' the incident was proved' : ` ${clock(fallback.served.sinceMs).slice(11)}`}, ${fallback.served.failed} failed${fallback.level === undefined ? '' : `; ${report.signal}: ${estimateText(report.signal, fallback.level)}`}`);
  const troubles = fallback.troubles.map(({ signal, verdict, observed }) => `${signal} ${verdict}${observed === undefined ? '' : ` at ${signalLevel(signal, observed)}`}`);
  lines.push(troubles.length === 0 ? 'none of its signals is suspect' : `in doubt: ${troubles.join(', ')}`);
  return [...lines, ...missing(report, 'fallback')];
}

function evidenceText(report: IncidentReport, call: EvidenceCall): string[] {
  const facts = [call.errorType ?? '', ...call.flags].filter((fact) => fact !== '').join(', ');
  const level = signalDefinition(report.signal).kind === 'rate' || call.value === undefined ? '' : `  ${report.signal} ${signalLevel(report.signal, call.value)}`;
  const excerpt = call.reasoning === undefined ? cut(call.output, MOST_EXCERPT) : cut(call.reasoning, MOST_REASONING);
  return [`${clock(call.atMs).slice(11)}  trace ${call.traceId}${level}${facts === '' ? '' : `  ${facts}`}`, ...(excerpt === undefined ? [] : [`  "${excerpt}"`])];
}

function missing({ unavailable }: IncidentReport, part: IncidentReport['unavailable'][number]): string[] {
  return unavailable.includes(part) ? ['not available now: the analytics store does not answer'] : [];
}

function cut(text: string | undefined, mostCharacters: number): string | undefined {
  const line = text?.replace(/\s+/g, ' ').trim();
  return line === undefined || line.length <= mostCharacters ? line : `${line.slice(0, mostCharacters - 1).toWellFormed()}…`;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** `40 s`, `12 min`, `3.5 h` */
function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 100) return `${seconds} s`;
  return seconds < 6_000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
