import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { secretReferenceSchema } from './secret-reference.ts';

/** Who is told of incidents. Addresses may be secrets themselves: then they are references. */
const address = z.url({ protocol: /^https?$/ }).max(2_000);
const addressOrSecret = z.union([secretReferenceSchema, address], 'an address (http://… or https://…), or env:NAME or file:PATH');
const common = {
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a name of a-z, 0-9 and -').describe('How it is called in messages. Default: its kind and place in the list').optional(),
  actions: z.array(z.enum(['switch', 'alert'])).min(1).max(2).default(['switch', 'alert']).describe('Incidents that it is told of'),
  repeat: durationSchema.describe('An open incident is told again after this time. Default: never').optional(),
  allow: z.array(z.string().min(1).max(253)).max(20).default([]).describe('Host names that may resolve to a private, link-local or loopback address'),
};
const webhook = z.strictObject({ ...common, webhook: addressOrSecret.describe('CloudEvents in JSON are posted here'), secret: secretReferenceSchema.describe('Standard Webhooks: whsec_… or the plain secret') });
const slack = z.strictObject({ ...common, slack: addressOrSecret.describe('Incoming webhook') });
const pagerDuty = z.strictObject({ ...common, pagerduty: secretReferenceSchema.describe('Routing key of Events API v2'), url: address.default('https://events.pagerduty.com/v2/enqueue').describe('Of PagerDuty, in the region of the account') });
const alertmanager = z.strictObject({ ...common, alertmanager: address.describe('Address of Alertmanager, without /api/v2') });
const email = z.strictObject({
  ...common, email: z.array(z.email()).min(1).max(20).describe('Who gets it'), from: z.email().describe('Sender'), smtp: z.string().regex(/^smtps?:\/\/[^\s/@]+(:\d+)?$/, 'smtp://HOST:PORT or smtps://HOST:PORT').describe('Mail server'),
  user: z.string().min(1).max(200).describe('Name at the mail server').optional(), password: secretReferenceSchema.describe('Of that name').optional(),
});

function namedOnce(receivers: readonly { readonly name?: string | undefined }[], context: z.RefinementCtx): void {
  for (const [index, { name }] of receivers.entries()) {
    if (name !== undefined && receivers.findIndex((other) => other.name === name) < index) context.addIssue({ code: 'custom', path: [index, 'name'], message: `a name that no other receiver has: there is another ${name}` });
  }
}

export const alertReceiversSchema = z.array(z.union([webhook, slack, pagerDuty, alertmanager, email], 'exactly one of webhook, slack, pagerduty, alertmanager and email')).max(20).superRefine(namedOnce).default([]).describe('Who is told of incidents');
export type AlertReceiver = z.infer<typeof alertReceiversSchema>[number];
