/** What is written together stays below the brokers' default of `max.message.bytes`, 1 MiB + 12. What is larger alone is written alone. */
export const BATCH_BYTES = 900 * 1024;
