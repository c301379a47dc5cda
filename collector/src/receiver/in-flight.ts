/** Bytes of all requests that are being received or stored. */
export class RequestBytes {
  total = 0;
}

/** What one request holds of them. */
export class InFlight {
  private readonly all: RequestBytes;
  private readonly max: number;
  private own = 0;

  constructor(all: RequestBytes, max: number) {
    this.all = all;
    this.max = max;
  }

  /** False when that would be too much; then nothing was added. */
  add(bytes: number): boolean {
    // One request alone may always pass: its own limit is another one.
    if (this.all.total + bytes > this.max && this.all.total > this.own) return false;
    this.own += bytes;
    this.all.total += bytes;
    return true;
  }

  release(): void {
    this.all.total -= this.own;
    this.own = 0;
  }
}
