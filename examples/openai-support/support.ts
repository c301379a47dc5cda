// A support application in its smallest form. `npx node examples/openai-support/support.ts`: no key, no account, no Understudy needed.
// With `npx understudy dev` running in another terminal, `npx understudy status` shows its route.
import { createUnderstudy } from '@understudy/sdk/node';
import OpenAI from 'openai';
import { startLocalProvider } from './local-provider.ts';

const provider = await startLocalProvider();

// The two lines of Understudy; everything else is the application as it was.
const understudy = createUnderstudy({ endpoint: process.env.UNDERSTUDY_ENDPOINT ?? 'http://127.0.0.1:4319', service: 'support-example' });
const openai = understudy.openai('support.answer', new OpenAI({ baseURL: provider.baseURL, apiKey: 'not-needed', maxRetries: 0 }), { fallbacks: ['gpt-5-mini'] });

const messages = [{ role: 'user' as const, content: 'Where is my parcel?' }];

const answer = await openai.chat.completions.create({ model: 'gpt-5', messages });
console.log('complete  ', answer.served.target, `(${answer.served.reason})`, answer.choices[0]?.message.content);

const streamed = await openai.chat.completions.create({ model: 'gpt-5', messages, stream: true });
let text = '';
for await (const chunk of streamed) text += chunk.choices[0]?.delta.content ?? '';
console.log('streamed  ', streamed.served.target, `(${streamed.served.reason})`, text);

// The primary breaks. The application's own fallback answers at once, whether Understudy runs or not.
provider.failFrom(['gpt-5']);
const rescued = await openai.chat.completions.create({ model: 'gpt-5', messages });
console.log('rescued   ', rescued.served.target, `(${rescued.served.reason}, ${rescued.served.attempts} attempts)`, rescued.choices[0]?.message.content);

// Anything else than an OpenAI client: a function for each target.
const classify = understudy.call('support.classify', {
  primary: { id: 'rules/v2', run: async (question: string) => (question.includes('parcel') ? 'delivery' : 'other') },
  fallbacks: [{ id: 'static', run: async () => 'other' }],
});
const topic = await classify('Where is my parcel?');
console.log('classified', topic.served.target, `(${topic.served.reason})`, topic.value);

await understudy.shutdown();
await provider.close();
