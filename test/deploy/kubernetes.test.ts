import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import { groupIdOf } from '@understudy/log/kafka/group-id';
import { ARCHIVE_GROUP, DECIDE_GROUP, SCORE_GROUP } from '@understudy/evaluator/roles/groups';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { parsePolicy } from '../../cli/src/policy-file/read-policy.ts';
import { parseDocument, ROOT } from '../docs/documents.ts';
import { flagValue, readComposeFile } from './compose-file.ts';
import { isKnownVariable, isPlainSecret, unknownWords } from './server-program.ts';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly resources: { readonly requests?: object; readonly limits?: { readonly memory?: string } };
  readonly securityContext: object;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
}

interface Pod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly Container[]; readonly securityContext: object; readonly volumes?: readonly { readonly name: string; readonly secret?: { readonly secretName: string; readonly optional?: boolean }; readonly configMap?: { readonly name: string } }[] };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template?: Pod;
  };
}

interface ScaledObject {
  readonly spec: { readonly scaleTargetRef: { readonly name: string }; readonly maxReplicaCount: number; readonly triggers: readonly { readonly metadata: { readonly topic: string; readonly consumerGroup: string } }[] };
}

const folder = join(ROOT, 'examples/kubernetes');
const manifests = readdirSync(folder).toSorted().flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => {
  expect(document.errors).toEqual([]);
  return document.toJS() as Manifest;
}));
const page = parseDocument('docs/how-to/deploy-on-kubernetes.md', readFileSync(join(ROOT, 'docs/how-to/deploy-on-kubernetes.md'), 'utf8'));
const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
const deployments = ofKind('Deployment').map((manifest) => ({ name: manifest.metadata.name, manifest, pod: manifest.spec.template as Pod, container: manifest.spec.template?.spec.containers[0] as Container }));
const everyPod = [...deployments.map(({ name, pod, container }) => ({ name, pod, container })), ...ofKind('Job').map(({ metadata, spec }) => ({ name: metadata.name, pod: spec.template as Pod, container: spec.template?.spec.containers[0] as Container }))];

describe('the manifests', () => {
  it('have the same processes as compose, with the same arguments but for the address', async () => {
    const ownAddress = (command: readonly string[]) => command.filter((_, index) => command[index - 1] !== '--host').join(' ');
    const inCompose = readComposeFile().services.filter(({ build, entrypoint }) => build !== undefined && entrypoint === undefined);
    expect(new Map(everyPod.map(({ name, container }) => [name, ownAddress(container.args)]))).toEqual(new Map(inCompose.map(({ name, command = [] }) => [name, ownAddress(command)])));
    expect((await Promise.all(everyPod.map(({ container }) => unknownWords(container.args)))).flat()).toEqual([]);
    expect(deployments.filter(({ container }) => flagValue(container.args, '--host') !== '0.0.0.0').map(({ name }) => name)).toEqual([]);
  });

  it('run one pinned image, the version of compose', () => {
    const version = readComposeFile().services.find(({ name }) => name === 'api')?.image.split(':')[1];
    expect(new Set(everyPod.map(({ container }) => container.image.split(':')[1]))).toEqual(new Set([version]));
  });

  it('stay in one namespace, which enforces the restricted standard that the pods keep to', () => {
    expect(new Set(manifests.filter(({ kind }) => kind !== 'Namespace').map(({ metadata }) => metadata.namespace))).toEqual(new Set(['understudy']));
    for (const { name, pod, container } of everyPod) {
      expect(pod.spec.securityContext, name).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } });
      expect(container.securityContext, name).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
      expect(container.resources, name).toMatchObject({ requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { memory: expect.any(String) } });
    }
  });

  it('find their pods: deployments, services, budgets and policies select labels that pods have', () => {
    const labels = everyPod.map(({ pod }) => pod.metadata.labels);
    const selectors = [
      ...ofKind('Service').map(({ metadata, spec }) => [metadata.name, spec.selector as unknown as Record<string, string>] as const),
      ...[...ofKind('Deployment'), ...ofKind('PodDisruptionBudget')].map(({ metadata, spec }) => [metadata.name, spec.selector?.matchLabels ?? {}] as const),
    ];
    for (const [name, selector] of selectors) {
      const chosen = labels.filter((own) => Object.entries(selector).every(([key, value]) => own[key] === value));
      expect(chosen.map(({ role }) => role), name).toEqual([name]);
    }
    expect(ofKind('PodDisruptionBudget').map(({ metadata }) => metadata.name).toSorted()).toEqual(deployments.map(({ name }) => name).toSorted());
  });

  it('are asked for their health where they answer', () => {
    for (const { name, container } of deployments) {
      const port = flagValue(container.args, name === 'collector' ? '--otlp-port' : '--port');
      expect(container.ports, name).toEqual([{ name: 'http', containerPort: Number(port) }]);
      expect([container.startupProbe, container.livenessProbe, container.readinessProbe].map((probe) => [probe?.httpGet.path, probe?.httpGet.port]), name).toEqual([['/healthz', 'http'], ['/healthz', 'http'], ['/readyz', 'http']]);
    }
  });

  const maps = new Map(ofKind('ConfigMap').map(({ metadata, data }) => [metadata.name, data ?? {}]));

  it('read settings that exist, and set only variables that the program has, none of them a secret', () => {
    for (const { name, container } of everyPod) {
      const settings = (container.envFrom ?? []).map(({ configMapRef }) => maps.get(configMapRef.name));
      expect(settings, name).not.toContain(undefined);
      const variables = [...settings.flatMap((data) => Object.keys(data ?? {})), ...(container.env ?? []).map((variable) => variable.name)];
      expect(variables.filter((variable) => !isKnownVariable(variable) || isPlainSecret(variable)), name).toEqual([]);
    }
  });

  it('mount every volume that they have, read-only where a variable points into it', () => {
    for (const { name, pod, container } of everyPod) {
      expect((container.volumeMounts ?? []).map((mount) => mount.name).toSorted(), name).toEqual((pod.spec.volumes ?? []).map((volume) => volume.name).toSorted());
      for (const { value } of container.env ?? []) expect(container.volumeMounts?.some(({ mountPath, readOnly }) => value.startsWith(`${mountPath}/`) && readOnly), `${name} ${value}`).toBe(true);
      const configured = (pod.spec.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []);
      expect(configured.filter((map) => !maps.has(map)), name).toEqual([]);
    }
  });

  it('hold a valid policy under the name that the arguments say', () => {
    expect(() => parsePolicy(maps.get('understudy-policy')?.['policy.yaml'] ?? '', 'settings.yaml')).not.toThrow();
    for (const { name, container } of deployments.filter(({ container: { args } }) => args.includes('--policy'))) {
      const path = container.volumeMounts?.find((mount) => mount.name === 'policy')?.mountPath;
      expect(flagValue(container.args, '--policy'), name).toBe(`${path}/policy.yaml`);
    }
  });

  it('use secrets that the page makes, with the files in them', () => {
    const shell = page.blocks.filter(({ language }) => language === 'sh').map(({ text }) => text.replaceAll(/\\\n\s*/g, '')).join('\n');
    const made = new Map([...shell.matchAll(/create secret generic (\S+) (.*)/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
    const mounted = everyPod.flatMap(({ name, pod, container }) => (pod.spec.volumes ?? []).filter(({ secret }) => secret !== undefined && secret.optional !== true).map((volume) => ({ name, container, volume: volume.name, secret: volume.secret?.secretName ?? '' })));
    expect(mounted.length).toBeGreaterThan(4);
    for (const { name, container, volume, secret } of mounted) {
      const path = container.volumeMounts?.find((mount) => mount.name === volume)?.mountPath;
      const file = container.env?.find(({ value }) => value.startsWith(`${path}/`))?.value.split('/').at(-1);
      expect(made.get(secret), `${name} ${secret}`).toMatch(new RegExp(`--from-file=\\S*/${file}`));
    }
    expect(ofKind('Secret')).toEqual([]);
  });
});

describe('the page', () => {
  it('says of every process what it may lose', () => {
    for (const { name } of deployments) expect(page.text, name).toMatch(new RegExp(`^\\| ${name} \\|`, 'm'));
  });

  it('scales by groups, topics and metrics that there are, and never beyond the partitions', () => {
    const scaled = page.blocks.filter(({ text }) => text.includes('kind: ScaledObject')).map(({ text }) => parse(text) as ScaledObject);
    const groups = [SCORE_GROUP, DECIDE_GROUP, ARCHIVE_GROUP];
    expect(scaled.length).toBeGreaterThan(0);
    for (const { spec } of scaled) {
      expect(deployments.map(({ name }) => name)).toContain(spec.scaleTargetRef.name);
      for (const { metadata } of spec.triggers) {
        const topic = Object.values(TOPICS).find(({ name }) => name === metadata.topic);
        expect(spec.maxReplicaCount).toBeLessThanOrEqual(topic?.partitions ?? 0);
        expect(groups.map((group) => groupIdOf('', group, metadata.topic))).toContain(metadata.consumerGroup);
      }
    }
    const sources = readdirSync(join(ROOT, 'cli/src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(ROOT, 'cli/src', file), 'utf8')).join('\n');
    const metrics = page.text.match(/\bunderstudy_[a-z_]+\b/g) ?? [];
    expect(metrics.filter((metric) => !sources.includes(metric))).toEqual([]);
  });
});
