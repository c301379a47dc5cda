/** English text, roughly. */
export const CHARACTERS_PER_TOKEN = 4.2;
/** What a chat message costs beside its text. */
const TOKENS_PER_MESSAGE = 4;

export function tokensOf(text: string): number {
  return Math.max(1, Math.ceil(text.length / CHARACTERS_PER_TOKEN));
}

export function promptTokensOf(messages: readonly { readonly content: string }[]): number {
  return messages.reduce((sum, message) => sum + TOKENS_PER_MESSAGE + tokensOf(message.content), 0);
}
