import { setImmediate as nextTurn } from 'node:timers/promises';
import { CELL_SECONDS } from '../copy/count-tally.js';
import { HASHES, addGrams } from './text-grams.js';

/** What texts may be in the messages of a cell, piece by piece of its time; as drizzle/log-ingestion/0008_text_signatures.sql has it. */
export interface CellSignature {
  /** Microseconds from the cell's start to the end of each piece, rising; the last one is the cell's. */
  readonly ends: readonly number[];
  /** Bits of a piece, a power of two. */
  readonly width: number;
  readonly bits: Buffer;
}

export interface PieceSizes {
  /** Records that a piece begins with, on average. */
  readonly records: number;
  /** Bits that a piece may have set before it is one with its neighbour. */
  readonly bits: number;
}

/** An eighth of the bits: a text whose four grams are not there seems to be in one piece of 4,096. */
export const DEFAULT_PIECES: PieceSizes = { records: 1_000, bits: HASHES / 8 };
const FULL_SHARE = 8;
const CELL_MICROS = CELL_SECONDS * 1_000_000;
/** 4 MiB. */
const MAX_SLOTS = 512;
const NARROWEST = 256;
const WORDS = HASHES / 32;
/** Slots or pieces between two turns of the event loop: less than a millisecond. */
const TURN = 16;

/** A piece as it grows: its end, and its bits, of which `set` are set. */
interface Piece {
  end: number;
  words: Uint32Array | null;
  set: number;
}

/**
 * Makes a cell's signature in one pass, whatever the order of its records.
 *
 * The cell's time is cut into slots of equal length, each with its bits; in the end neighbours are joined as long as few bits are
 * set. So the pieces are short where much differs or much came, and a cell of few words is one piece of a few hundred bytes.
 */
export class CellSignatureBuilder {
  private readonly slots: Piece[];
  private readonly slotMicros: number;

  /** @param records of the cell, about */
  constructor(
    records: number,
    private readonly sizes: PieceSizes = DEFAULT_PIECES,
  ) {
    const count = Math.min(MAX_SLOTS, Math.max(1, Math.ceil(records / sizes.records)));
    this.slotMicros = Math.ceil(CELL_MICROS / count);
    this.slots = Array.from({ length: Math.ceil(CELL_MICROS / this.slotMicros) }, (_, i) => ({
      end: Math.min(CELL_MICROS, (i + 1) * this.slotMicros),
      words: null,
      set: 0,
    }));
  }

  /** @param offset of the record's time from the cell's start, whole microseconds; its message lies from `start` to before `end` */
  add(offset: number, bytes: Uint8Array, start: number, end: number): void {
    const slot = this.slotAt(offset);
    slot.words ??= new Uint32Array(WORDS);
    slot.set += addGrams(bytes, start, end, slot.words);
  }

  /** A record whose message was not read: any text may be in it. */
  addUnread(offset: number): void {
    const slot = this.slotAt(offset);
    slot.words = new Uint32Array(WORDS).fill(0xffff_ffff);
    slot.set = HASHES;
  }

  /** Lets the event loop turn. */
  async finish(): Promise<CellSignature> {
    const pieces = await this.joined();
    const most = Math.max(...pieces.map(({ set }) => set));
    let width = HASHES;
    while (width > NARROWEST && most * FULL_SHARE <= width / 2) width /= 2;
    const bits = Buffer.alloc(Math.ceil((width * pieces.length) / 8));
    for (const [i, { words }] of pieces.entries()) {
      if (words !== null) putPiece(words, i, pieces.length, width, bits);
      if (i % TURN === TURN - 1) await nextTurn();
    }
    return { ends: pieces.map(({ end }) => end), width, bits };
  }

  private slotAt(offset: number): Piece {
    const slot = this.slots[Math.floor(offset / this.slotMicros)];
    if (slot === undefined) throw new RangeError(`${offset} microseconds is not within a cell`);
    return slot;
  }

  private async joined(): Promise<readonly Piece[]> {
    const pieces: Piece[] = [];
    for (const [i, slot] of this.slots.entries()) {
      const last = pieces.at(-1);
      if (last === undefined || !joinTo(last, slot, this.sizes.bits)) pieces.push(slot);
      if (i % TURN === TURN - 1) await nextTurn();
    }
    return pieces;
  }
}

/** Makes the next slot a part of the piece, where that sets no more than so many bits. @returns whether it did */
function joinTo(piece: Piece, slot: Piece, most: number): boolean {
  const { words } = slot;
  if (words !== null && piece.words !== null) {
    const both = new Uint32Array(WORDS);
    let set = 0;
    for (let i = 0; i < WORDS; i++) set += bitsIn((both[i] = (words[i] ?? 0) | (piece.words[i] ?? 0)));
    if (set > most) return false;
    piece.words = both;
    piece.set = set;
  } else if (words !== null) {
    piece.words = words;
    piece.set = slot.set;
  }
  piece.end = slot.end;
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
