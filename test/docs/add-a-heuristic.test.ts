import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadCustomHeuristics } from '@understudy/evaluator/heuristics/load-custom';
import { scoreCall } from '@understudy/evaluator/heuristics/score-call';
import { expect, it } from 'vitest';
import { parsePolicy } from '../../cli/src/policy-file/read-policy.ts';
import { documents } from './documents.ts';

it('the file and the policy of docs/how-to/add-a-heuristic.md score calls', async () => {
  const page = documents().find(({ name }) => name.endsWith('add-a-heuristic.md'));
  const blockOf = (language: string) => page?.blocks.find((block) => block.language === language)?.text ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'understudy-docs-'));
  try {
    const policyFile = join(folder, 'policy.yaml');
    writeFileSync(policyFile, blockOf('yaml'));
    writeFileSync(join(folder, 'no-ticket.mjs'), blockOf('js'));
    const policy = parsePolicy(blockOf('yaml'), policyFile);
    const custom = await loadCustomHeuristics({ files: policy.heuristics, urlOf: (path) => pathToFileURL(join(dirname(policyFile), path)), onFailure: (message) => { throw new Error(message); } });
    const scored = (outputText: string) => scoreCall({ outputText, finishReason: 'stop', errorType: undefined, statusIsError: false, hasToolCalls: false, durationMs: 900, outputTokens: 30, costUsd: undefined }, { custom });
    expect(scored('TICKET-17 is solved: the parcel is on its way.').signals['custom.no_ticket']).toBe(0);
    expect(scored('It is solved.')).toMatchObject({ signals: { 'custom.no_ticket': 1 }, flags: ['ticket:missing'] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
