/** One compression of record batches, as kafkajs calls it. `decompress` throws `UndecodableBatchError` and nothing else. */
export interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(compressed: Buffer): Promise<Buffer>;
}
