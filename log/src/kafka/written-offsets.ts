/** How far this process has written: so much its own reads wait for. */
export class WrittenOffsets {
  readonly #ends = new Map<string, number>();

  /** `endOffset` is the offset after the last record. */
  note(topic: string, partition: number, endOffset: number): void {
    const place = `${topic}/${partition}`;
    this.#ends.set(place, Math.max(endOffset, this.#ends.get(place) ?? 0));
  }

  endOf(topic: string, partition: number): number {
    return this.#ends.get(`${topic}/${partition}`) ?? 0;
  }
}
