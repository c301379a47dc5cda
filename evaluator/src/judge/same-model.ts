/** Endings that name a snapshot of a model and not another model: dates in the ways providers write them, versions of deployments, `latest`. */
const SNAPSHOT = /(?:[-@:](?:\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|\d{2}-\d{2}|\d{8}|\d{6}|\d{4}|\d{3}|latest)|-v\d+(?::\d+)?|:\d+)$/;
/** `openai/…`, `models/…`, and `us.anthropic.…` of Bedrock. A dot alone does not end a prefix: `gpt-4.1`. */
const PREFIX = /^(?:.*\/|(?:[a-z]{2,6}\.)?(?:anthropic|amazon|meta|mistral|cohere|deepseek|openai|google|qwen)\.)/;

/**
 * Whether the judge is the very model that is judged, be it named with another provider's prefix or another date: a model is no witness in its own case. Empty names of a call are unknown, not equal.
 */
export function isSameModel(judgeModel: string, requestModel: string | undefined, responseModel: string | undefined): boolean {
  const judge = familyName(judgeModel);
  return [requestModel, responseModel].some((model) => model !== undefined && model !== '' && familyName(model) === judge);
}

function familyName(model: string): string {
  let name = model.trim().toLowerCase().replace(PREFIX, '').replace(PREFIX, '');
  for (let shorter = name.replace(SNAPSHOT, ''); shorter !== name && shorter !== ''; shorter = name.replace(SNAPSHOT, '')) name = shorter;
  return name;
}
