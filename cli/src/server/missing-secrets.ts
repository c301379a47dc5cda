import type { Policy } from '@understudy/contracts/policy';
import { UnderstudyError } from '@understudy/contracts/problem';
import { secretReferenceSchema } from '@understudy/contracts/secret-reference';
import { namedReceivers } from '@understudy/evaluator/alerts/receiver-names';
import type { RoleName } from '@understudy/evaluator/roles/role-names';

/** Secrets that the policy names and that this process would look for in vain, each with what to do: without them there is no judge, and a receiver is told nothing. */
export function missingSecrets({ judge, alerts }: Policy, roles: ReadonlySet<RoleName>, secretOf: (reference: string) => string): string[] {
  const wanted: { readonly whose: string; readonly value: unknown }[] = [];
  if (roles.has('judge')) wanted.push({ whose: 'judge', value: judge?.apiKey });
  if (roles.has('controller') || roles.has('api')) wanted.push(...namedReceivers(alerts).flatMap(({ name, receiver }) => Object.values(receiver).map((value) => ({ whose: `alerts to ${name}`, value }))));
  return wanted.flatMap(({ whose, value }) => {
    const trouble = secretReferenceSchema.safeParse(value).success ? troubleOf(String(value), secretOf) : undefined;
    return trouble === undefined ? [] : [`${whose}: ${trouble}`];
  });
}

function troubleOf(reference: string, secretOf: (reference: string) => string): string | undefined {
  try {
    secretOf(reference);
    return undefined;
  } catch (error) {
    if (error instanceof UnderstudyError) return `${error.message}. ${error.fix}`;
    throw error;
  }
}
