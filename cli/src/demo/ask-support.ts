import type OpenAI from 'openai';
import type { RoutedClient, Served } from '@understudy/sdk';
import type { AppAnswer } from './demo-observation.ts';
import { inOwnTrace } from './own-trace.ts';
import type { SeededRandom } from './seeded-random.ts';
import { QUESTIONS, systemPrompt } from './support-questions.ts';

const STREAMED_SHARE = 0.25;
/** A customer asks again in the same conversation with this probability. */
const STAYS_SHARE = 0.4;
/** Customers who are in a conversation at a time. */
const CONVERSATIONS = 12;
/** Of what was said before, so many messages are sent along. */
const REMEMBERED_MESSAGES = 4;
const MAX_TOKENS = 600;

interface Conversation { readonly id: string; said: OpenAI.ChatCompletionMessageParam[] }

export interface Support {
  /** The next customer's next question, answered by the model. Never throws: a failed call is an answer that is not ok. */
  readonly ask: () => Promise<AppAnswer>;
}

/** The support desk: conversations with customers, over a client that is routed by Understudy. */
export function createSupport(openai: RoutedClient<OpenAI>, model: string, random: SeededRandom): Support {
  const conversations: Conversation[] = [];
  let opened = 0;
  const nextConversation = (): Conversation => {
    const known = conversations[random.between(0, CONVERSATIONS - 1)];
    if (known !== undefined && random.chance(STAYS_SHARE)) return known;
    opened += 1;
    const fresh: Conversation = { id: `conversation-${opened}`, said: [] };
    conversations[opened % CONVERSATIONS] = fresh;
    return fresh;
  };
  return {
    ask: () => {
      const conversation = nextConversation();
      const question = random.pick(QUESTIONS);
      const stream = random.chance(STREAMED_SHARE);
      return inOwnTrace(async ({ traceId, traceparent }) => {
        const startedMs = performance.now();
        const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'system', content: systemPrompt(question) }, ...conversation.said, { role: 'user', content: question }];
        const options = { headers: { traceparent }, understudy: { conversationId: conversation.id } };
        try {
          const { text, served } = await (stream ? askStreaming : askWhole)(openai, { model, messages, max_completion_tokens: MAX_TOKENS }, options);
          conversation.said = [...conversation.said, { role: 'user' as const, content: question }, { role: 'assistant' as const, content: text }].slice(-REMEMBERED_MESSAGES);
          return { kind: 'answer', ok: true, requestId: served.requestId, traceId, target: served.target, reason: served.reason, purpose: purposeOf(served), durationMs: performance.now() - startedMs };
        } catch (error) {
          return { kind: 'answer', ok: false, traceId, durationMs: performance.now() - startedMs, error: error instanceof Error ? error.message : String(error) };
        }
      });
    },
  };
}

type Body = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>;
interface Options { readonly headers: { readonly traceparent: string }; readonly understudy: { readonly conversationId: string } }
interface Said { readonly text: string; readonly served: Served }

async function askWhole(openai: RoutedClient<OpenAI>, body: Body, options: Options): Promise<Said> {
  const completion = await openai.chat.completions.create(body, options);
  return { text: completion.choices[0]?.message.content ?? '', served: completion.served };
}

async function askStreaming(openai: RoutedClient<OpenAI>, body: Body, options: Options): Promise<Said> {
  const stream = await openai.chat.completions.create({ ...body, stream: true }, options);
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return { text, served: stream.served };
}

/** An answer that was given for the customer alone, or that served to test a model as well. */
function purposeOf(served: Served): AppAnswer['purpose'] {
  return served.reason === 'probe' || served.reason === 'standby' ? served.reason : 'serve';
}
