import { isJsonObject, type Json } from "../base/json.ts";

const DISPLAYED = "hyoshi:displayed";

/** Stands in a run's record for a result of which only Python's display text is known: its worker has ignored it, or keeps it where it cannot be read. */
export function displayedResult(text: string): Json {
  return { [DISPLAYED]: text };
}

/** The display text, where that is all that is known of the result. */
export function displayTextOf(result: Json | undefined): string | undefined {
  if (!isJsonObject(result) || Object.keys(result).length !== 1) return undefined;
  const text = result[DISPLAYED];
  return typeof text === "string" ? text : undefined;
}
