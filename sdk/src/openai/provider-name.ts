/** Providers by the end of their host name, in the words of the GenAI conventions. */
const BY_HOST: readonly (readonly [string, string])[] = [
  ['api.openai.com', 'openai'], ['openai.azure.com', 'azure.ai.openai'], ['services.ai.azure.com', 'azure.ai.inference'], ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'], ['aiplatform.googleapis.com', 'gcp.vertex_ai'], ['api.mistral.ai', 'mistral_ai'], ['api.groq.com', 'groq'],
  ['api.deepseek.com', 'deepseek'], ['api.x.ai', 'x_ai'], ['api.perplexity.ai', 'perplexity'], ['api.cohere.com', 'cohere'], ['api.moonshot.ai', 'moonshot_ai'],
  ['openrouter.ai', 'openrouter'], ['api.together.xyz', 'together'], ['api.fireworks.ai', 'fireworks'],
];

export interface ServerName {
  readonly provider: string;
  readonly address: string | undefined;
  readonly port: number | undefined;
}

/** Who a client talks to. An unknown host speaks OpenAI's language, so that is what it is called unless the application names it. */
export function serverOf(baseUrl: string | undefined): ServerName {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return { provider: 'openai', address: undefined, port: undefined };
  const { hostname, port, protocol } = new URL(baseUrl);
  const aws = /^bedrock.*\.amazonaws\.com$/.test(hostname) ? 'aws.bedrock' : undefined;
  const known = BY_HOST.find(([host]) => hostname === host || hostname.endsWith(`.${host}`) || (host.startsWith('aiplatform') && hostname.endsWith(`-${host}`)));
  return { provider: aws ?? known?.[1] ?? 'openai', address: hostname, port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port) };
}
