/** Makes the serialized `logs.LogBatch` that holds one serialized `logs.Log`. */
export function wrapLog(log: Uint8Array): Buffer {
  const header: number[] = [0x0a];
  let rest = log.length;
  while (rest >= 0x80) {
    header.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  header.push(rest);
  const batch = Buffer.allocUnsafe(header.length + log.length);
  batch.set(header, 0);
  batch.set(log, header.length);
  return batch;
}
