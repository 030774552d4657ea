import type { ErrorDag, ErrorDagNode, RootCause } from '#domain';

/** A root cause, as far as pictures tell of it. */
export type PicturedCause = Pick<RootCause, 'spanId' | 'evidence' | 'evidenceSpanIds'>;

export type PicturedDag = Omit<ErrorDag, 'rootCauses'> & { readonly rootCauses: readonly PicturedCause[] };

/** A trace's DAG, to be drawn. */
export interface DagOfTrace {
  readonly traceId: string;
  readonly dag: PicturedDag;
}

export interface PictureOptions {
  /** Spans of a DAG that is drawn whole; of a larger one half as many are, and the rest stands in groups. 200 by default. */
  readonly maxSpans?: number;
}

/** What every format draws: boxes with arrows between them. The formats differ in how, not in what. */
export interface Picture {
  readonly traceId: string;
  readonly dag: PicturedDag;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  /** Sentences below the picture: what was left out of it, and the DAG's own warnings. */
  readonly notes: readonly string[];
}

export type Box = SpanBox | GroupBox | MissingBox;

export interface SpanBox {
  readonly kind: 'span';
  readonly node: ErrorDagNode;
  /** Its place among the root causes, counted from 1, with the cause; null for spans that are none. */
  readonly cause: { readonly place: number; readonly of: number; readonly cause: PicturedCause } | null;
}

/** Spans that are not drawn one by one. */
export interface GroupBox {
  readonly kind: 'group';
  readonly spans: number;
  /** Those of them that took part in the failure. */
  readonly erring: number;
}

/** A parent that spans name, but that sent nothing. */
export interface MissingBox {
  readonly kind: 'missing';
  readonly spanId: string;
}

export interface Arrow {
  /** Indices into `boxes`. */
  readonly source: number;
  readonly target: number;
  /** `call`: parent and child. `link`: led to it without calling it. `missing`: from a parent that sent nothing. */
  readonly kind: 'call' | 'link' | 'missing';
  /** True where the failure lies behind it: the target or a span below it took part. */
  readonly failing: boolean;
}

/** Whether a span took part in the failure: erred, or is suspected. */
export function tookPart({ errorCount, role }: ErrorDagNode): boolean {
  return errorCount > 0 || role !== '';
}
