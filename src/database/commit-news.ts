type Listener = (ids: readonly string[]) => void;

/** What somebody is to hear of once a transaction is committed, and nobody if it is not. */
export class CommitNews {
  readonly #ids = new Map<Listener, string[]>();

  add(listener: Listener, id: string): void {
    const ids = this.#ids.get(listener);
    if (ids === undefined) this.#ids.set(listener, [id]);
    else ids.push(id);
  }

  /** To be called when a transaction begins: what an earlier one has left was never committed. */
  clear(): void {
    this.#ids.clear();
  }

  /** To be called when it is committed. */
  tell(): void {
    const told = [...this.#ids];
    this.#ids.clear();
    for (const [listener, ids] of told) listener(ids);
  }
}
