import { trace, type TracerProvider } from '@opentelemetry/api';
import { assemble, type Understudy } from './assemble.ts';
import { SYSTEM_PORTS } from './clock.ts';
import { processEnvironment, readSettings, type UnderstudyOptions } from './configuration.ts';

/**
 * Routes model calls, emits a span for every attempt and follows the evaluator's overrides. Spans go to `tracerProvider`, or to the global one;
 * `@understudy/sdk/node` brings its own. Never throws, waits or keeps the program alive.
 */
export function createUnderstudy(options: UnderstudyOptions): Understudy {
  const tracerProvider: TracerProvider = options.tracerProvider ?? trace.getTracerProvider();
  return assemble(readSettings(options, processEnvironment()), { ...SYSTEM_PORTS, instanceId: SYSTEM_PORTS.newId(), tracerProvider });
}

export type { CallReport, CallRouteOptions, CallTarget, RoutedCall, RoutedCallOptions, RunContext, ServedAnswer } from './call/call-route.ts';
export type { UnderstudyOptions } from './configuration.ts';
// biome-ignore lint/performance/noBarrelFile: the one entry of the package, which hands on the error and the helper that applications need.
export { StreamInterruptedError } from './failures/errors.ts';
export type { ChatBody, ChatClient, OpenAIFallback, OpenAIRouteOptions, RoutedClient } from './openai/chat-types.ts';
export { type Served, servedOf } from './served.ts';
export type { Understudy, UnderstudyStatus } from './assemble.ts';
