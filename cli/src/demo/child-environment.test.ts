import { expect, it } from 'vitest';
import { childEnvironment } from './child-environment.ts';

it('keeps the application\'s switches and drops what would lead the processes elsewhere', () => {
  const environment = { PATH: '/bin', UNDERSTUDY_OVERRIDES: 'off', UNDERSTUDY_ENDPOINT: 'http://else', UNDERSTUDY_PUBLIC_KEY: 'k', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://else', OPENAI_API_KEY: 'sk', KAFKA_BROKERS: 'b:9092' };
  expect(childEnvironment(environment)).toEqual({ PATH: '/bin', UNDERSTUDY_OVERRIDES: 'off' });
});
