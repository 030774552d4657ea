const PARSE_COMPLETE = 0x31;
const BIND_COMPLETE = 0x32;
/** Type of a row's message. */
export const DATA_ROW = 0x44;
const COMMAND_COMPLETE = 0x43;
const READY_FOR_QUERY = 0x5a;
/** Type and length. */
const HEADER = 5;
/** Length and count of the fields, after a row's type. */
export const ROW_HEADER = HEADER + 2;
const NONE = Buffer.alloc(0);

/** Bytes of a row's fields and their lengths. @param start where its first field begins */
export function rowBytes(bytes: Buffer, start: number): number {
  // The message's length holds itself and the count of the fields.
  return bytes.readInt32BE(start - (ROW_HEADER - 1)) - (ROW_HEADER - 1);
}

/** The rows of an answer as they came. */
export interface Rows {
  readonly bytes: Buffer;
  /** Where each row's first field begins: its length as int32 (-1: null), then its bytes. */
  readonly starts: readonly number[];
}

/** What a reply meets besides rows. */
export interface ReplyListener {
  /** The statement is prepared from now on. */
  onParsed(): void;
  /** A message that has nothing to do with rows, errors included. The bytes are valid during the call. */
  onOther(message: Buffer): void;
  /** Once, where the reply is larger than it may be: its rows are gone, and those that follow are not kept. */
  onTooLarge(): void;
}

/**
 * Collects the server's reply to one call: keeps the bytes together and notes where the rows begin.
 *
 * A reply that comes in one piece, as small ones do, is left where it lies; only one of several pieces is copied together.
 *
 * States: kept (bytes and rows are) -> too large (only the message that is coming in is) -> ReadyForQuery.
 */
export class Reply implements Rows {
  bytes: Buffer = NONE;
  readonly starts: number[] = [];
  private length = 0;
  private at = 0;
  private tooLarge = false;

  /** @param maxBytes that are kept of it */
  constructor(
    private readonly listener: ReplyListener,
    private readonly maxBytes = Infinity,
  ) {}

  /**
   * Takes the next bytes from the connection.
   * @returns ReadyForQuery and what came behind it; null where the reply goes on
   */
  push(chunk: Buffer): Buffer | null {
    this.append(chunk);
    const { bytes, length, starts } = this;
    let { at } = this;
    for (;;) {
      const end = length - at < HEADER ? Infinity : at + 1 + bytes.readInt32BE(at + 1);
      if (end > length) break;
      switch (bytes[at]) {
        case DATA_ROW:
          if (!this.tooLarge) starts.push(at + ROW_HEADER);
          break;
        case READY_FOR_QUERY:
          return bytes.subarray(at, length);
        case PARSE_COMPLETE:
          this.listener.onParsed();
          break;
        case BIND_COMPLETE:
        case COMMAND_COMPLETE:
          break;
        default:
          this.listener.onOther(bytes.subarray(at, end));
      }
      at = end;
    }
    this.at = at;
    if (length > this.maxBytes) this.dropRows();
    return null;
  }

  /** Forgets all but the message that is not whole yet. */
  private dropRows(): void {
    this.bytes = Buffer.from(this.bytes.subarray(this.at, this.length));
    this.length = this.bytes.length;
    this.at = 0;
    if (this.tooLarge) return;
    this.tooLarge = true;
    this.starts.length = 0;
    this.listener.onTooLarge();
  }

  private append(chunk: Buffer): void {
    if (this.length === 0) {
      this.bytes = chunk;
      this.length = chunk.length;
      return;
    }
    const length = this.length + chunk.length;
    // The first piece belongs to the socket: it is never written to, because it is full.
    if (length > this.bytes.length) {
      const grown = Buffer.allocUnsafe(length * 2);
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    chunk.copy(this.bytes, this.length);
    this.length = length;
  }
}
