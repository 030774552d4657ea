/** Type and length come before each message's content. */
const HEADER = 5;

/**
 * Follows the server's messages through pieces that may be cut anywhere, to know whether one has begun and not ended.
 * Source: https://www.postgresql.org/docs/current/protocol-overview.html
 */
export class MessageBoundary {
  /** Bytes of the header that have come, 0 to 4. */
  private header = 0;
  private length = 0;
  /** Bytes of the message that are still to come, once its header is known. */
  private left = 0;

  get within(): boolean {
    return this.header > 0 || this.left > 0;
  }

  /** Takes a piece to its end. */
  follow(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) at = this.finish(piece, at);
  }

  /** Takes as much of a piece as belongs to one message. @returns where that ends */
  finish(piece: Buffer, from = 0): number {
    let at = from;
    for (; this.left === 0 && at < piece.length; at++) {
      const byte = piece[at] ?? 0;
      this.length = this.header === 0 ? 0 : this.length * 256 + byte;
      if (++this.header < HEADER) continue;
      this.header = 0;
      // The length counts itself and not the type.
      this.left = this.length - (HEADER - 1);
      at++;
      break;
    }
    const taken = Math.min(this.left, piece.length - at);
    this.left -= taken;
    return at + taken;
  }
}
