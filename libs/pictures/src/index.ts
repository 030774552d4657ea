export { dagToDot } from './dot.js';
export { dagToMermaid } from './mermaid.js';
export { pictureOf } from './picture-of.js';
export type { Arrow, Box, DagOfTrace, Picture, PictureOptions } from './picture.js';
export { BOX_HEIGHT, BOX_WIDTH, layoutOf, type Layout, type Point } from './svg/layout.js';
export { dagToSvg } from './svg/svg.js';
export { counted, linesOf, partOf, shortened } from './words.js';
