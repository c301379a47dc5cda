/**
 * Providers' names as traces carry them (OpenTelemetry's `gen_ai.provider.name`, older `gen_ai.system`, AI SDK ids) → ids of the price list,
 * only where the price list's own matching misses or means another price list.
 */
const PRICE_LIST_IDS: ReadonlyMap<string, string> = new Map([
  ['x_ai', 'x-ai'],
  ['moonshot_ai', 'moonshotai'],
  ['azure', 'azure'],
  ['azure.ai.openai', 'azure'],
  ['az.ai.openai', 'azure'],
  ['azure_openai', 'azure'],
  ['azure-openai', 'azure'],
  ['azure.ai.inference', 'azure'],
  ['az.ai.inference', 'azure'],
]);

export function priceListId(provider: string): string {
  const name = provider.toLowerCase();
  return PRICE_LIST_IDS.get(name) ?? name;
}
