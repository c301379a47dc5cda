import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

/*
 * The other side of the bench, a process of its own so that only the collector's CPU time is counted:
 * node load.ts URL BODY_FILE CONTENT_TYPE CONTENT_ENCODING REQUESTS CONNECTIONS. Prints how many were answered with 200.
 */
const [url = '', bodyFile = '', contentType = '', contentEncoding = '', requests = '0', connections = '1'] = process.argv.slice(2);
const body = readFileSync(bodyFile);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
let left = Number(requests);
let accepted = 0;

function post(): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': contentType, 'content-length': body.length, ...(contentEncoding === '' ? {} : { 'content-encoding': contentEncoding }) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode === 200) accepted++;
      response.resume().on('end', resolve);
    });
    sent.on('error', reject).end(body);
  });
}

await Promise.all(Array.from({ length: Number(connections) }, async () => {
  while (left-- > 0) await post();
}));
console.log(accepted);
agent.destroy();
