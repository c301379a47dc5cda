import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSecrets } from '../../cli/src/deploy/make-secrets.ts';
import { readPolicy } from '../../cli/src/policy-file/read-policy.ts';
import { ROOT } from '../docs/documents.ts';
import { type ComposeService, flagValue, mountsOf, readComposeFile } from './compose-file.ts';
import { isKnownVariable, isPlainSecret, knownVariables, unknownWords } from './server-program.ts';

const compose = readComposeFile();
const services = compose.services;
const named = (name: string) => services.find((service) => service.name === name);
const ours = services.filter(({ build }) => build !== undefined);
const conditions = services.flatMap((service) => Object.entries(service.depends_on ?? {}).map(([on, { condition }]) => ({ service: service.name, on, condition })));
const oneShot = new Set(conditions.filter(({ condition }) => condition === 'service_completed_successfully').map(({ on }) => on));
const commands = ours.filter(({ entrypoint }) => entrypoint === undefined);
const secretMounts = (service: ComposeService) => mountsOf(service).filter(({ target }) => target.startsWith('/secrets/'));
const environmentOf = ({ environment = {} }: ComposeService) => Object.entries(environment).map(([variable, value]) => [variable, String(value)] as const);

describe('what runs', () => {
  it('has every role of the evaluator, and the collector, each as a process of its own', () => {
    expect(commands.map(({ command }) => [command?.[0], flagValue(command, '--roles')].filter((word) => word !== undefined).join(' ')).toSorted())
      .toEqual(['collector', 'evaluator api', 'evaluator archive', 'evaluator controller', 'evaluator decide', 'evaluator judge', 'evaluator score', 'topics']);
  });

  it('is started with commands, flags and roles that the program has', async () => {
    const faults = await Promise.all(commands.map(async ({ name, command = [] }) => (await unknownWords(command)).map((word) => `${name}: ${word}`)));
    expect(faults.flat()).toEqual([]);
  });

  it('sets only variables that the program reads', () => {
    const known = knownVariables();
    expect(ours.flatMap((service) => environmentOf(service).filter(([variable]) => !isKnownVariable(variable, known)).map(([variable]) => `${service.name}: ${variable}`))).toEqual([]);
  });

  it('comes in one pinned version each, all of ours from one image', () => {
    expect(services.filter(({ image }) => !/^[\w./-]+:\d+\.\d+\.\d+[\w.-]*$/.test(image)).map(({ name }) => name)).toEqual([]);
    expect(new Set(ours.map(({ image }) => image)).size).toBe(1);
  });

  it('has two controllers, so that one stands by', () => {
    expect(named('controller')?.deploy?.replicas).toBe(2);
  });

  it('is bounded: memory, log files, and a time to end in', () => {
    expect(services.filter(({ mem_limit, logging }) => mem_limit === undefined || logging?.options['max-size'] === undefined).map(({ name }) => name)).toEqual([]);
    expect(services.filter(({ stop_grace_period }) => Number.parseInt(stop_grace_period ?? '0', 10) < 10).map(({ name }) => name)).toEqual([]);
  });
});

describe('health', () => {
  it('is checked of everything that does not end by itself', () => {
    expect([...oneShot].toSorted()).toEqual(['secrets', 'topics']);
    expect(services.filter(({ name, healthcheck }) => (healthcheck === undefined) !== oneShot.has(name)).map(({ name }) => name)).toEqual([]);
    expect(services.filter(({ name, restart }) => restart !== (oneShot.has(name) ? 'no' : 'unless-stopped')).map(({ name }) => name)).toEqual([]);
  });

  it('is asked of the port that the process was told to listen on', () => {
    for (const { name, command, healthcheck } of commands.filter((service) => !oneShot.has(service.name))) {
      const port = flagValue(command, command?.[0] === 'collector' ? '--otlp-port' : '--port');
      expect(healthcheck?.test.join(' '), name).toContain(`http://127.0.0.1:${port}/readyz`);
    }
  });

  it('is waited for only where it can come', () => {
    expect(conditions.filter(({ on, condition }) => condition === 'service_healthy' && named(on)?.healthcheck === undefined)).toEqual([]);
    expect(conditions.filter(({ on }) => named(on) === undefined)).toEqual([]);
  });
});

describe('who can reach it', () => {
  it('is this machine alone', () => {
    const ports = services.flatMap(({ ports: published = [] }) => published);
    expect(ports.toSorted()).toEqual(['127.0.0.1:4318:4318', '127.0.0.1:4319:4319']);
  });

  it('publishes the port that the process listens on, on every interface of its own container', () => {
    for (const { command, ports = [] } of commands.filter((service) => service.ports !== undefined)) {
      expect(flagValue(command, '--host')).toBe('0.0.0.0');
      expect(ports.map((port) => port.split(':').at(-1))).toEqual([flagValue(command, command?.[0] === 'collector' ? '--otlp-port' : '--port')]);
    }
  });

  it('leaves Kafka and ClickHouse in networks without a way out, each met only by those that use it', () => {
    const members = (network: string) => services.filter(({ networks = [] }) => networks.includes(network)).map(({ name }) => name).toSorted();
    expect(Object.entries(compose.networks).filter(([, { internal }]) => internal === true).map(([name]) => name)).toEqual(['log', 'store']);
    expect([named('kafka')?.networks, named('clickhouse')?.networks]).toEqual([['log'], ['store']]);
    expect(members('store')).toEqual(['api', 'archive', 'clickhouse', 'controller']);
    expect(members('edge')).toEqual(['api', 'collector', 'controller', 'judge']);
  });

  it('cannot change the image or gain rights', () => {
    expect(services.filter(({ security_opt }) => !security_opt?.includes('no-new-privileges:true')).map(({ name }) => name)).toEqual([]);
    expect(ours.filter(({ read_only, cap_drop }) => read_only !== true || !cap_drop?.includes('ALL')).map(({ name }) => name)).toEqual([]);
  });
});

describe('secrets', () => {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-compose-'));
  const made = makeSecrets(directory).map((name) => `/secrets/${name}`);
  rmSync(directory, { recursive: true });

  it('stand in no line of the file: variables say where they are', () => {
    const plain = services.flatMap((service) => environmentOf(service).filter(([variable]) => isPlainSecret(variable)).map(([variable]) => `${service.name}: ${variable}`));
    expect(plain).toEqual([]);
    expect(compose.text).not.toMatch(/[0-9a-f]{32}|BEGIN [A-Z ]*PRIVATE KEY/);
  });

  it('are made by one service, before anybody reads them', () => {
    const maker = named('secrets');
    expect(maker?.entrypoint?.[0]).toBe('node');
    expect(existsSync(join(ROOT, maker?.entrypoint?.[1] ?? ''))).toBe(true);
    const paths = services.flatMap((service) => environmentOf(service).map(([, value]) => value).filter((value) => value.startsWith('/secrets/')));
    expect(new Set(paths)).toEqual(new Set(made));
    const [writable, readable] = [services.filter((service) => secretMounts(service).some(({ readOnly }) => !readOnly)), services.filter((service) => secretMounts(service).some(({ readOnly }) => readOnly))];
    expect(writable.map(({ name }) => name)).toEqual(['secrets']);
    for (const { name } of readable) expect(waitsFor(name), name).toContain('secrets');
  });

  it('reach exactly those that use them, by the volume that they were written to', () => {
    const written = new Map(mountsOf(named('secrets') as ComposeService).map(({ source, target }) => [target, source]));
    for (const service of services.filter(({ name }) => name !== 'secrets')) {
      const used = environmentOf(service).map(([, value]) => value).filter((value) => value.startsWith('/secrets/')).map((path) => path.split('/').slice(0, 3).join('/'));
      expect(new Set(secretMounts(service).map(({ target }) => target)), service.name).toEqual(new Set(used));
      for (const { source, target } of secretMounts(service)) expect(source, `${service.name} ${target}`).toBe(written.get(target));
    }
  });

  function waitsFor(name: string): string[] {
    const direct = Object.keys(named(name)?.depends_on ?? {});
    return [...direct, ...direct.flatMap(waitsFor)];
  }
});

describe('what is mounted', () => {
  it('is a volume that is declared, or a file of this folder', () => {
    const sources = services.flatMap((service) => mountsOf(service).map(({ source }) => source));
    const [files, volumes] = [sources.filter((source) => source.startsWith('.')), sources.filter((source) => !source.startsWith('.'))];
    expect(new Set(volumes)).toEqual(new Set(compose.volumes));
    // The folder is the user's own: it holds what his policy names as file:.
    expect([...new Set(files)]).toEqual(['./understudy.yaml', './secrets']);
    for (const file of files.filter((name) => name.endsWith('.yaml'))) expect(() => readPolicy(join(ROOT, file))).not.toThrow();
  });

  it('is the policy that those who read it are told of', () => {
    for (const service of services.filter(({ command }) => flagValue(command, '--policy') !== undefined)) {
      expect(mountsOf(service).map(({ target }) => target), service.name).toContain(flagValue(service.command, '--policy'));
    }
    expect(services.filter(({ command }) => flagValue(command, '--policy') !== undefined).map(({ name }) => name)).toEqual(['score', 'judge', 'controller', 'api']);
  });
});
