import { join } from 'node:path';
import { runProgram } from './run-program.ts';

export interface ServerCertificate {
  readonly keyStore: string;
  readonly password: string;
  /** The certificate alone, as PEM: it is its own authority, so a client is given this file. */
  readonly certificate: string;
}

/** A certificate for loopback that nobody signed but itself, good for two days. `keytool` comes with every Java. */
export async function makeServerCertificate(directory: string): Promise<ServerCertificate> {
  const made = { keyStore: join(directory, 'server.p12'), password: 'only-for-tests', certificate: join(directory, 'server.pem') };
  const store = ['-keystore', made.keyStore, '-storetype', 'PKCS12', '-storepass', made.password, '-alias', 'server'];
  await runProgram('keytool', ['-genkeypair', ...store, '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '2', '-dname', 'CN=localhost', '-ext', 'san=ip:127.0.0.1,dns:localhost']);
  await runProgram('keytool', ['-exportcert', '-rfc', ...store, '-file', made.certificate]);
  return made;
}
