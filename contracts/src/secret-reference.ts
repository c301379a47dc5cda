import { z } from 'zod';

/** How the policy names a secret: never the secret itself. */
export const secretReferenceSchema = z.string().regex(/^(env:[A-Za-z_][A-Za-z0-9_]{0,199}|file:.{1,1000})$/, 'env:NAME or file:PATH, never the secret itself');
export type SecretReference = string;
