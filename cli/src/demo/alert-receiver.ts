import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { AlertNews } from './demo-observation.ts';
import { isSignedBy } from './webhook-signature.ts';

/** As the demo's policy calls it. */
export const RECEIVER_NAME = 'demo-desk';
const MAX_BODY_BYTES = 1024 * 1024;
const CHANGES = { 'understudy.incident.opened.v1': 'opened', 'understudy.incident.updated.v1': 'updated', 'understudy.incident.resolved.v1': 'resolved' } as const;

const cloudEventSchema = z.object({ specversion: z.literal('1.0'), type: z.string(), data: z.object({ incidentId: z.string() }) });
const bodySchema = z.union([z.array(cloudEventSchema), cloudEventSchema.transform((event) => [event])]);

export interface AlertReceiver {
  readonly url: string;
  readonly secret: string;
  readonly close: () => void;
}

/** Who is told of incidents in the demo: an ordinary receiver of signed webhooks. It believes nothing that is not signed with its secret. */
export async function startAlertReceiver(onNews: (news: AlertNews) => void): Promise<AlertReceiver> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const server = createServer((request, response) => {
    receive(secret, request, response, onNews).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`, secret,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function receive(secret: string, request: IncomingMessage, response: ServerResponse, onNews: (news: AlertNews) => void): Promise<void> {
  const body = await textOf(request);
  const header = (name: string) => String(request.headers[name] ?? '');
  if (!isSignedBy(secret, { id: header('webhook-id'), timestamp: header('webhook-timestamp'), signatures: header('webhook-signature'), body }, Date.now())) return end(response, 401);
  const parsed = bodySchema.safeParse(jsonOf(body));
  if (!parsed.success) return end(response, 400);
  end(response, 204);
  for (const { type, data } of parsed.data) {
    if (Object.hasOwn(CHANGES, type)) onNews({ kind: 'alert', incidentId: data.incidentId, receiver: RECEIVER_NAME, change: CHANGES[type as keyof typeof CHANGES] });
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('the message is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
