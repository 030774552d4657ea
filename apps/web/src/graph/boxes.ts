/** The size that libs/pictures lays boxes out for. Its module also holds dagre, which only the worker is to load. */
export const BOX_WIDTH = 236;
export const BOX_HEIGHT = 66;
