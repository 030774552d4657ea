/** A record that matches. */
export interface TailRecord {
  /** As the field `logs` of a LogList or a TailLogsResponse. */
  readonly bytes: Buffer;
  /** The position behind it, as text. */
  position(): string;
}

/** What a live tail tells, in order. Positions are texts to go on from. */
export type TailEvent =
  /** One record or more. */
  | { readonly kind: 'records'; readonly records: readonly TailRecord[] }
  /** Records that match were left out between the two positions. */
  | { readonly kind: 'missed'; readonly count: number; readonly fromPosition: string; readonly position: string }
  /** What was stored at the beginning is told; live records follow. Once. */
  | { readonly kind: 'caught-up'; readonly position: string }
  /** Nothing came for a while; the position moves on all the same. */
  | { readonly kind: 'position'; readonly position: string };
