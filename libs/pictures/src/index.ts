export { dagToDot } from './dot.js';
export { dagToMermaid } from './mermaid.js';
export type { DagOfTrace, PictureOptions } from './picture.js';
export { dagToSvg } from './svg/svg.js';
