import { UnderstudyError } from '@understudy/contracts/problem';

/** What OpenSSL and Node say of a certificate that they do not believe: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE_TROUBLE = /CERT|ISSUER|ALTNAME|VERIFY|SELF_SIGNED/;
/** One side speaks TLS and the other does not. */
const NO_TLS_THERE = /EPROTO|WRONG_VERSION_NUMBER|before secure TLS connection/;

/** A connection that cannot come about however often it is tried; undefined for one that may. */
export function connectionMisconfigured(error: unknown): UnderstudyError | undefined {
  for (let link = error; link instanceof Error; link = link.cause) {
    const code = 'code' in link && typeof link.code === 'string' ? link.code : '';
    if (CERTIFICATE_TROUBLE.test(code)) return configuration(`Kafka's certificate is not trusted: ${link.message}`, 'Set KAFKA_SSL_CA to the PEM file of the authority that signed it, and name the brokers in KAFKA_BROKERS as the certificate does.', error);
    if (NO_TLS_THERE.test(`${code} ${link.message}`)) return configuration(`no TLS could be spoken with Kafka: ${link.message}`, 'Unset KAFKA_SSL and KAFKA_SSL_CA, or name the TLS listener in KAFKA_BROKERS.', error);
    if (link.name === 'KafkaJSSASLAuthenticationError') return configuration('Kafka refused the login', 'Check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and the password.', error);
  }
  return undefined;
}

function configuration(message: string, fix: string, cause: unknown): UnderstudyError {
  return new UnderstudyError({ code: 'CONFIGURATION', message, fix, cause });
}
