/** A binary min-heap of whole numbers: the lowest comes out first. */
export class IndexHeap {
  private readonly items: number[] = [];

  get size(): number {
    return this.items.length;
  }

  push(item: number): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above] ?? item;
      if (parent <= item) break;
      items[at] = parent;
      at = above;
    }
    items[at] = item;
  }

  /** Undefined where the heap is empty. */
  pop(): number | undefined {
    const { items } = this;
    const lowest = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return lowest;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const left = items[below];
      if (left === undefined) break;
      const right = items[below + 1];
      if (right !== undefined && right < left) below++;
      const child = items[below] ?? left;
      if (last <= child) break;
      items[at] = child;
      at = below;
    }
    items[at] = last;
    return lowest;
  }
}
