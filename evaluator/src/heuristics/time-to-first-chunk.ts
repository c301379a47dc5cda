import { type Heuristic, measured } from './heuristic.ts';

/**
 * Seconds from the request to the first chunk of a stream, as the sender measured it: a queue that grows shows here first, also where answers then come as fast as ever.
 * Unknown where the call was not streamed. On a small model slowed down on purpose it moved within 13 calls.
 */
export const timeToFirstChunk: Heuristic = {
  signal: 'time_to_first_chunk',
  version: 1,
  score: ({ firstChunkMs }) => measured(firstChunkMs !== undefined && firstChunkMs > 0 && Number.isFinite(firstChunkMs) ? firstChunkMs / 1000 : undefined),
};
