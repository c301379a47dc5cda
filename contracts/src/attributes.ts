/** Attribute names on spans. `gen_ai.*`: OpenTelemetry GenAI semantic conventions 1.41 and genai-dev 1.42. */
export const UNDERSTUDY = {
  route: 'understudy.route',
  target: 'understudy.target',
  targets: 'understudy.targets',
  requestId: 'understudy.request.id',
  attempt: 'understudy.attempt',
  purpose: 'understudy.purpose',
  reason: 'understudy.reason',
  overrideVersion: 'understudy.override.version',
  instanceId: 'understudy.instance.id',
  /** Resource attribute. */
  project: 'understudy.project',
} as const;

export const GEN_AI = {
  operationName: 'gen_ai.operation.name',
  providerName: 'gen_ai.provider.name',
  /** Before 1.37. */
  system: 'gen_ai.system',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  systemInstructions: 'gen_ai.system_instructions',
  toolDefinitions: 'gen_ai.tool.definitions',
  /** text, json, image, speech: what the request asks for. */
  outputType: 'gen_ai.output.type',
  conversationId: 'gen_ai.conversation.id',
  requestStream: 'gen_ai.request.stream',
  /** Seconds, double. */
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  agentName: 'gen_ai.agent.name',
  workflowName: 'gen_ai.workflow.name',
  promptName: 'gen_ai.prompt.name',
} as const;

export const ERROR_TYPE = 'error.type';

export const PURPOSES = ['serve', 'probe', 'standby', 'shadow'] as const;
export type Purpose = (typeof PURPOSES)[number];

export const SERVED_REASONS = ['app-order', 'override', 'probe', 'standby', 'failed-over', 'breaker', 'kill-switch'] as const;
export type ServedReason = (typeof SERVED_REASONS)[number];
