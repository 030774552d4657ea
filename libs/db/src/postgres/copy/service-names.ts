const MOST_KEPT = 10_000;

/** Gives each name in the bytes of records a small number, without making a text of it more than once. */
export class ServiceNames {
  private names: string[] = [];
  private bytes: Buffer[] = [];
  /** Hash -> numbers of the names that have it. */
  private byHash = new Map<number, number[]>();

  /** Forgets them where they have become many; the numbers begin anew. */
  trim(): void {
    if (this.names.length <= MOST_KEPT) return;
    this.names = [];
    this.bytes = [];
    this.byHash = new Map();
  }

  /** The number of the name that lies from `start` to before `end`. */
  numberOf(source: Buffer, start: number, end: number): number {
    // FNV-1a (https://datatracker.ietf.org/doc/html/rfc9923).
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (source[i] ?? 0), 0x01000193);
    const same = this.byHash.get(hash);
    if (same !== undefined) for (const number of same) if (this.isAt(number, source, start, end)) return number;
    const number = this.names.length;
    this.names.push(source.toString('utf8', start, end));
    this.bytes.push(Buffer.from(source.subarray(start, end)));
    if (same === undefined) this.byHash.set(hash, [number]);
    else same.push(number);
    return number;
  }

  /** @param number one that numberOf gave since the last trim */
  nameOf(number: number): string {
    return this.names[number] ?? '';
  }

  private isAt(number: number, source: Buffer, start: number, end: number): boolean {
    const bytes = this.bytes[number];
    if (bytes === undefined || bytes.length !== end - start) return false;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] !== source[start + i]) return false;
    return true;
  }
}
