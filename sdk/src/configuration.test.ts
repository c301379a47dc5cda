import { describe, expect, it } from 'vitest';
import { readSettings } from './configuration.ts';

describe('the SDK\'s settings', () => {
  it('come from the options, then from the environment, then from defaults', () => {
    expect(readSettings({ service: 's', endpoint: 'http://127.0.0.1:4319' }, { UNDERSTUDY_ENDPOINT: 'http://other', UNDERSTUDY_PROJECT: 'shop' })).toMatchObject({ project: 'shop', tracesUrl: 'http://127.0.0.1:4319/v1/traces', problems: [] });
    expect(readSettings({ service: 's' }, { UNDERSTUDY_ENDPOINT: 'http://host:1', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318' }).tracesUrl).toBe('http://otel:4318/v1/traces');
    expect(readSettings({ service: 's', otlpEndpoint: 'http://mine:4318' }, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://otel/v1/traces' }).tracesUrl).toBe('http://mine:4318/v1/traces');
  });

  it('record content on this machine only, unless told otherwise', () => {
    const capture = (endpoint: string, environment = {}): boolean => readSettings({ service: 's', endpoint }, environment).captureContent;
    expect([capture('http://127.0.0.1:4319'), capture('http://localhost:4319'), capture('http://[::1]:4319'), capture('http://10.0.0.1:4319'), capture('http://127.0.0.1.example.com')]).toEqual([true, true, true, false, false]);
    expect([capture('http://localhost', { UNDERSTUDY_CAPTURE_CONTENT: '0' }), capture('https://far', { UNDERSTUDY_CAPTURE_CONTENT: '1' })]).toEqual([false, true]);
  });

  it('turn what they cannot use into a problem, never into an exception', () => {
    const settings = readSettings({ service: 's', endpoint: 'not a url' }, { UNDERSTUDY_FORCE: 'route', UNDERSTUDY_DISABLE: 'maybe' });
    expect(settings.endpoint).toBeUndefined();
    expect(settings.problems).toHaveLength(3);
    expect(readSettings({ service: 's', endpoint: 4319 as never }, {}).problems).toHaveLength(1);
    expect(readSettings({ service: 's' }, {}).problems[0]).toContain('UNDERSTUDY_ENDPOINT');
  });
});
