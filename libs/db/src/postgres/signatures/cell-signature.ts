import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReceiptSpan } from '../sql/received-within.js';
import { HASHES, addGrams } from './text-grams.js';

/**
 * What texts may be in the messages of a cell, piece by piece, as drizzle/log-ingestion has it (0008, 0009). A piece is what was
 * received between two moments; pieces may overlap, and a record is in one of them.
 */
export interface CellSignature {
  /** When the records of each piece were received; at least one. */
  readonly pieces: readonly ReceiptSpan[];
  /** Bits of a piece, a power of two. */
  readonly width: number;
  readonly bits: Buffer;
}

export interface PieceSizes {
  /** Records that a piece begins with. */
  readonly records: number;
  /** Bits that a piece may have set before it is one with its neighbour. */
  readonly bits: number;
}

/** An eighth of the bits: a text whose four grams are not there seems to be in one piece of 4,096. */
export const DEFAULT_PIECES: PieceSizes = { records: 1_000, bits: HASHES / 8 };
const FULL_SHARE = 8;
/** 4 MiB. */
const MOST_PIECES = 512;
const NARROWEST = 256;
const WORDS = HASHES / 32;
/** Pieces between two turns of the event loop: less than a millisecond. */
const TURN = 16;

/** A piece as it grows: when its records were received, and its bits, of which `set` are set. */
interface Piece {
  from: number;
  to: number;
  words: Uint32Array;
  set: number;
}

/**
 * Makes a cell's signature in one pass over its records as they lie in the table, which is nearly the order of their receipt: what
 * follows one another is a piece, and joined to the one before as long as few bits are set. So pieces are short where much
 * differs, and a cell of few words is one piece of a few hundred bytes. In any other order they are wide, and as right.
 */
export class CellSignatureBuilder {
  private readonly pieces: Piece[] = [];
  private readonly pieceRecords: number;
  private growing: Piece | null = null;
  private records = 0;

  /** @param records of the cell, about */
  constructor(
    records: number,
    private readonly sizes: PieceSizes = DEFAULT_PIECES,
  ) {
    this.pieceRecords = Math.max(sizes.records, Math.ceil(records / MOST_PIECES));
  }

  /** @param received microseconds since 1970; the record's message lies from `start` to before `end` */
  add(received: number, bytes: Uint8Array, start: number, end: number): void {
    const piece = this.pieceFor(received);
    piece.set += addGrams(bytes, start, end, piece.words);
  }

  /** A record whose message was not read: any text may be in it. */
  addUnread(received: number): void {
    const piece = this.pieceFor(received);
    piece.words.fill(0xffff_ffff);
    piece.set = HASHES;
  }

  /** Lets the event loop turn. At least one record was added. */
  async finish(): Promise<CellSignature> {
    this.close();
    const { pieces } = this;
    const most = Math.max(...pieces.map(({ set }) => set));
    let width = HASHES;
    while (width > NARROWEST && most * FULL_SHARE <= width / 2) width /= 2;
    const bits = Buffer.alloc(Math.ceil((width * pieces.length) / 8));
    for (const [i, { words }] of pieces.entries()) {
      putPiece(words, i, pieces.length, width, bits);
      if (i % TURN === TURN - 1) await nextTurn();
    }
    return { pieces: pieces.map(({ from, to }) => ({ from, to })), width, bits };
  }

  private pieceFor(received: number): Piece {
    if (this.records === this.pieceRecords) this.close();
    this.records++;
    const piece = this.growing ?? { from: received, to: received, words: new Uint32Array(WORDS), set: 0 };
    this.growing = piece;
    if (received < piece.from) piece.from = received;
    if (received > piece.to) piece.to = received;
    return piece;
  }

  private close(): void {
    const piece = this.growing;
    this.growing = null;
    this.records = 0;
    const last = this.pieces.at(-1);
    if (piece !== null && (last === undefined || !joinTo(last, piece, this.sizes.bits))) this.pieces.push(piece);
  }
}

/** Makes the next piece a part of this one, where that sets no more than so many bits. @returns whether it did */
function joinTo(piece: Piece, next: Piece, most: number): boolean {
  const both = new Uint32Array(WORDS);
  let set = 0;
  for (let i = 0; i < WORDS; i++) set += bitsIn((both[i] = (next.words[i] ?? 0) | (piece.words[i] ?? 0)));
  if (set > most) return false;
  piece.words = both;
  piece.set = set;
  piece.from = Math.min(piece.from, next.from);
  piece.to = Math.max(piece.to, next.to);
  return true;
}

/** Source: Hacker's Delight, 5-1. */
function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** The bits of one hash lie together for all pieces: so a search reads a few bytes for each gram, however many pieces there are. */
function putPiece(words: Uint32Array, piece: number, pieces: number, width: number, bits: Buffer): void {
  for (let i = 0; i < WORDS; i++) {
    for (let word = words[i] ?? 0; word !== 0; word &= word - 1) {
      const hash = i * 32 + 31 - Math.clz32(word & -word);
      const at = (hash & (width - 1)) * pieces + piece;
      bits[at >>> 3] = (bits[at >>> 3] ?? 0) | (1 << (at & 7));
    }
  }
}
