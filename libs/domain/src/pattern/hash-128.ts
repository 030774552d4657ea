/**
 * MurmurHash3 x86, 128 bits, by Austin Appleby (public domain): not against attackers, but well mixed, small and the same
 * everywhere. Source: https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 *
 * @returns 32 lower-case hex digits
 */
export function hash128(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const state: Lanes = [0, 0, 0, 0];
  const blocks = bytes.length - (bytes.length % 16);
  for (let at = 0; at < blocks; at += 16) mixBlock(state, view, at);
  const tail = new DataView(new ArrayBuffer(16));
  for (let i = blocks; i < bytes.length; i++) tail.setUint8(i - blocks, bytes[i] ?? 0);
  for (const lane of LANES) state[lane] ^= scrambled(lane, tail.getUint32(lane * 4, true));
  return finish(state, bytes.length);
}

type Lane = 0 | 1 | 2 | 3;
type Lanes = [number, number, number, number];

const LANES: readonly Lane[] = [0, 1, 2, 3];
/** The multipliers before and after the rotation of each lane are neighbours in this ring. */
const MULTIPLIERS = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;
const NEXT = [1, 2, 3, 0] as const;
const KEY_TURNS = [15, 16, 17, 18] as const;
const STATE_TURNS = [19, 17, 15, 13] as const;
const ADDENDS = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17] as const;

function scrambled(lane: Lane, key: number): number {
  return Math.imul(turned(Math.imul(key, MULTIPLIERS[lane]), KEY_TURNS[lane]), MULTIPLIERS[NEXT[lane]]);
}

function mixBlock(state: Lanes, view: DataView, at: number): void {
  for (const lane of LANES) {
    state[lane] ^= scrambled(lane, view.getUint32(at + lane * 4, true));
    state[lane] = (Math.imul(turned(state[lane], STATE_TURNS[lane]) + state[NEXT[lane]], 5) + ADDENDS[lane]) | 0;
  }
}

function finish(state: Lanes, length: number): string {
  for (const lane of LANES) state[lane] ^= length;
  addAcross(state);
  for (const lane of LANES) state[lane] = avalanche(state[lane]);
  addAcross(state);
  return state.map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}

function addAcross(state: Lanes): void {
  state[0] = (state[0] + state[1] + state[2] + state[3]) | 0;
  for (const lane of LANES.slice(1)) state[lane] = (state[lane] + state[0]) | 0;
}

function avalanche(lane: number): number {
  let h = lane ^ (lane >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function turned(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
