/** The entries with the smallest key first; equal keys in no order. */
export class MinHeap<Value> {
  readonly #keys: number[] = [];
  readonly #values: Value[] = [];

  get size(): number {
    return this.#keys.length;
  }

  /** The smallest key; Infinity when empty. */
  get first(): number {
    return this.#keys[0] ?? Number.POSITIVE_INFINITY;
  }

  push(key: number, value: Value): void {
    const keys = this.#keys;
    const values = this.#values;
    let index = keys.length;
    keys.push(key);
    values.push(value);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = keys[parent] as number;
      if (above <= key) break;
      keys[index] = above;
      values[index] = values[parent] as Value;
      index = parent;
    }
    keys[index] = key;
    values[index] = value;
  }

  /** Takes the entry with the smallest key out. */
  pop(): Value | undefined {
    const keys = this.#keys;
    const values = this.#values;
    if (keys.length === 0) return undefined;
    const [top] = values;
    const key = keys.pop() as number;
    const value = values.pop() as Value;
    const size = keys.length;
    if (size === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      if (child + 1 < size && (keys[child + 1] as number) < (keys[child] as number)) child += 1;
      const below = keys[child] as number;
      if (below >= key) break;
      keys[index] = below;
      values[index] = values[child] as Value;
      index = child;
    }
    keys[index] = key;
    values[index] = value;
    return top;
  }
}
