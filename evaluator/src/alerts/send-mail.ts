import { createTransport } from 'nodemailer';
import { UnderstudyError } from '@understudy/contracts/problem';
import type { Mail } from './receivers/email.ts';
import { type ResolveHost, safeAddress } from './safe-address.ts';
import { codeOf, orAborted } from './safe-request.ts';

export interface MailServer {
  /** smtp://HOST:PORT or smtps://HOST:PORT */
  readonly address: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly allow: readonly string[];
}

const SUBMISSION_PORT = 587;
const TLS_PORT = 465;
const PHASE_TIMEOUT_MS = 5_000;

/** Throws `MAIL_REFUSED` when the server says no, `retryable` where a later attempt may help. A password never goes over a connection without TLS. */
export async function sendMail(server: MailServer, mail: Mail, resolve: ResolveHost, signal: AbortSignal): Promise<void> {
  const url = new URL(server.address);
  const isTls = url.protocol === 'smtps:';
  try {
    const address = await orAborted(safeAddress(url.hostname, server.allow, resolve), signal);
    const transport = createTransport({
      // The address that was checked: the mail library would ask for the name again.
      host: address.address, port: url.port === '' ? (isTls ? TLS_PORT : SUBMISSION_PORT) : Number(url.port), secure: isTls, requireTLS: server.password !== undefined, tls: { servername: url.hostname },
      connectionTimeout: PHASE_TIMEOUT_MS, greetingTimeout: PHASE_TIMEOUT_MS, socketTimeout: PHASE_TIMEOUT_MS, disableFileAccess: true, disableUrlAccess: true,
      ...(server.password === undefined ? {} : { auth: { user: server.user ?? mail.from, pass: server.password } }),
    });
    try {
      await orAborted(transport.sendMail({ ...mail, to: [...mail.to] }), signal);
    } finally {
      transport.close();
    }
  } catch (error) {
    if (error instanceof UnderstudyError) throw error;
    throw refusal(url.host, error, signal.aborted);
  }
}

function refusal(host: string, error: unknown, isLate: boolean): UnderstudyError {
  const responseCode = error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined;
  if (responseCode === undefined) return new UnderstudyError({ code: 'UNREACHABLE', message: `${host} cannot be reached: ${isLate ? 'no answer in time' : codeOf(error)}`, fix: 'Check the mail server\'s address and, where it wants one, user and password.', retryable: true });
  return new UnderstudyError({ code: 'MAIL_REFUSED', message: `${host} answered ${responseCode}`, fix: 'Check sender, recipients, user and password.', retryable: responseCode < 500 });
}
