import type { Instant } from '#domain';
import type { Arrow, Box, Layout } from '#pictures';
import type { Dag } from '../api/types.js';

/** A graph to be laid out: an error DAG, or names with the pairs that call each other. */
export type LayoutQuestion =
  | { readonly kind: 'dag'; readonly dag: Dag; readonly maxSpans: number }
  | { readonly kind: 'names'; readonly nodes: readonly string[]; readonly edges: readonly (readonly [string, string])[] };

export type LayoutRequest = LayoutQuestion & { readonly id: number };

export type LayoutAnswer =
  | { readonly id: number; readonly picture: GraphPicture; readonly fault?: undefined }
  | { readonly id: number; readonly fault: string };

export interface GraphPicture {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  /** Sentences about what is not drawn. */
  readonly notes: readonly string[];
  /** What offsets count from. */
  readonly start: Instant;
  readonly layout: Layout;
}
