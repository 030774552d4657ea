/**
 * Copies `count` bytes from `distance` bytes before `at` to `at`, as LZ77's matches do: where the two ranges overlap, the bytes
 * repeat. The caller has checked that both lie within `bytes`.
 */
export function copyBack(bytes: Buffer, at: number, distance: number, count: number): void {
  if (distance >= count) bytes.copyWithin(at, at - distance, at - distance + count);
  else for (let i = at; i < at + count; i++) bytes[i] = bytes[i - distance] ?? 0;
}
