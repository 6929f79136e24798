// Connected components by union–find (path halving, union by size) in typed arrays.

/** Disjoint sets over records. */
export class Components {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, record) => record);
    this.#size = new Int32Array(count).fill(1);
  }

  /** Representative of a record's set. */
  find(record: number): number {
    const parent = this.#parent;
    let at = record;
    while (parent[at] !== at) {
      const above = parent[at] as number;
      parent[at] = parent[above] as number;
      at = parent[at] as number;
    }
    return at;
  }

  /** Joins two sets; returns false when they were one already. */
  join(a: number, b: number): boolean {
    let [left, right] = [this.find(a), this.find(b)];
    if (left === right) return false;
    if ((this.#size[left] as number) < (this.#size[right] as number)) [left, right] = [right, left];
    this.#parent[right] = left;
    this.#size[left] = (this.#size[left] as number) + (this.#size[right] as number);
    return true;
  }

  /** Cluster of every record: the smallest record of its set. */
  labels(): Int32Array {
    const smallest = new Map<number, number>();
    const labels = new Int32Array(this.#parent.length);
    for (let record = 0; record < labels.length; record++) {
      const root = this.find(record);
      const label = smallest.get(root);
      if (label === undefined) smallest.set(root, record);
      labels[record] = label ?? record;
    }
    return labels;
  }
}
