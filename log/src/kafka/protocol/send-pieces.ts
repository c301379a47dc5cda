import type { Socket } from 'node:net';
import { encoderOf, type KafkajsBroker, type ProtocolCall } from '../kafkajs-internals.ts';

/** One request whose body is in pieces, so that large values need not be copied into it. */
export interface PiecedCall<Answer> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  readonly pieces: readonly Buffer[];
  decode(payload: Buffer): Answer & { clientSideThrottleTime?: number };
}

/**
 * As kafkajs sends a request, without its copies: each one allocates zeroed memory for the next power of two, three times, and the garbage collector then takes
 * more time than everything else (docs/performance.md).
 */
export async function sendPieces<Answer>(broker: KafkajsBroker, call: PiecedCall<Answer>): Promise<Answer> {
  const whole = wholeCall(call);
  const connection = await broker.connectionPool.getConnectionByRequest(whole);
  // It knows what to do: sign in again, or say that the connection is gone.
  if ((connection.sasl && !connection.isAuthenticated()) || !connection.isConnected()) return connection.send(whole);
  const correlationId = connection.nextCorrelationId();
  const { apiKey, apiName, apiVersion, pieces } = call;
  const head = requestHead(call, correlationId, connection.clientId);
  const { payload } = await new Promise<{ payload: Buffer }>((resolve, reject) => {
    connection.requestQueue.push({
      entry: { apiKey, apiName, apiVersion, correlationId, resolve, reject }, expectResponse: true, requestTimeout: null,
      sendRequest: () => writeAll(connection.socket, [head, ...pieces]),
    });
  });
  const answer = call.decode(payload);
  connection.requestQueue.maybeThrottle(answer.clientSideThrottleTime);
  return answer;
}

function wholeCall<Answer>({ apiKey, apiVersion, apiName, pieces, decode }: PiecedCall<Answer>): ProtocolCall<Answer> {
  return {
    request: { apiKey, apiVersion, apiName, encode: async () => encoderOf(Buffer.concat(pieces)) },
    response: { decode: async (payload) => decode(payload), parse: async (decoded) => decoded },
  };
}

/** Length of what follows, and the header of version 1: https://kafka.apache.org/protocol#protocol_messages */
function requestHead({ apiKey, apiVersion, pieces }: PiecedCall<unknown>, correlationId: number, clientId: string): Buffer {
  const name = Buffer.from(clientId);
  const head = Buffer.allocUnsafe(14 + name.length);
  head.writeInt32BE(pieces.reduce((sum, piece) => sum + piece.length, head.length - 4), 0);
  head.writeInt16BE(apiKey, 4);
  head.writeInt16BE(apiVersion, 6);
  head.writeInt32BE(correlationId, 8);
  head.writeInt16BE(name.length, 12);
  name.copy(head, 14);
  return head;
}

function writeAll(socket: Socket, pieces: readonly Buffer[]): void {
  socket.cork();
  for (const piece of pieces) socket.write(piece);
  socket.uncork();
}
