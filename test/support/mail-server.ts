import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and text. */
  readonly data: string;
}

export interface MailServer {
  /** smtp://HOST:PORT */
  readonly smtp: string;
  readonly taken: TakenMail[];
  stop(): Promise<void>;
}

/** A mail server on this machine, without TLS and accounts unless `options` say otherwise, that keeps what it is sent. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'], logger: false,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), data: Buffer.concat(chunks).toString('utf8') });
        callback();
      });
    },
    ...options,
  });
  // Who hangs up early is the test's business, not a failure of the server.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', () => resolve()); });
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return { smtp: `smtp://127.0.0.1:${address.port}`, taken, stop: () => new Promise((resolve) => { server.close(() => resolve()); }) };
}
