/** Settings that would send the demo's processes elsewhere than to each other, or to the user's own data and keys. */
const ELSEWHERE = /^(OTEL_|OPENAI_|KAFKA_|CLICKHOUSE_|NODE_USE_ENV_PROXY$|UNDERSTUDY_(ENDPOINT|OTLP_ENDPOINT|PROJECT|PUBLIC_KEY|DATA|POLICY|ADMIN_TOKEN|INGEST_TOKEN|SIGNING_KEY_FILE)$)/;

/** What the demo's processes inherit. The switches of an application stay (`UNDERSTUDY_OVERRIDES`, `_DISABLE`, `_FORCE`, `_CAPTURE_CONTENT`): the demo shows what they do. */
export function childEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ELSEWHERE.test(name)));
}
