import type { DefinitionWords } from "../dialect.ts";

/** What limits runs, what is kept of them, and what they are part of. */
export function addWorker(_words: DefinitionWords): string[] {
  return [];
}
