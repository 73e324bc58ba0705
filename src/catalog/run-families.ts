import type { CatalogParts } from "./catalog-parts.ts";
import { noRun } from "./run-requests.ts";
import { type TreeLine, treeOf } from "./run-tree.ts";

/** Reads which runs belong together. */
export class RunFamilies {
  readonly #parts: Pick<CatalogParts, "readers">;

  constructor(parts: Pick<CatalogParts, "readers">) {
    this.#parts = parts;
  }

  /** The family that a run belongs to, from its first run on, as one reads it. Fails with `not_found`. */
  async tree(id: string): Promise<{ readonly rootId: string; readonly lines: readonly TreeLine[] }> {
    const { readers } = this.#parts;
    const run = await readers.runs.find(id);
    if (run === undefined) throw noRun(id);
    const rootId = run.rootId ?? id;
    return { rootId, lines: treeOf(await readers.runs.family(rootId)) };
  }
}
