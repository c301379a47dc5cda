import { writeFileSync } from 'node:fs';
import { policyReference } from './policy-reference.ts';

// Run after a change of the policy's schema: `npx node test/docs/write-policy-reference.ts`.
writeFileSync(new URL('../../docs/reference/policy.md', import.meta.url), policyReference());
