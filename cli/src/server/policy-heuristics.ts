import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CustomHeuristic, loadCustomHeuristics } from '@understudy/evaluator/heuristics/load-custom';
import type { LoadedPolicy } from '../policy-file/read-policy.ts';

/**
 * The heuristics of the user's own that the policy in force names, by paths from its file. Rejects at the start when one cannot be loaded; later the last good ones
 * stay, and it is said. A changed file is taken with the next change of the policy.
 */
export async function policyHeuristics(policyFile: string | undefined, policy: () => LoadedPolicy, say: (text: string) => void): Promise<() => readonly CustomHeuristic[]> {
  const directory = policyFile === undefined ? process.cwd() : dirname(resolve(policyFile));
  const load = ({ policy: { heuristics }, hash }: LoadedPolicy) => loadCustomHeuristics({
    files: heuristics,
    // Node keeps modules by their address: without the hash a changed file would stay as it was.
    urlOf: (path) => new URL(`?policy=${hash}`, pathToFileURL(resolve(directory, path))),
    onFailure: say,
  });
  let hash = policy().hash;
  let loaded = await load(policy());
  return () => {
    const next = policy();
    if (next.hash !== hash) {
      hash = next.hash;
      load(next).then((heuristics) => { loaded = heuristics; }, (error: unknown) => say(`${error instanceof Error ? error.message : String(error)}; the heuristics from before stay in force`));
    }
    return loaded;
  };
}
