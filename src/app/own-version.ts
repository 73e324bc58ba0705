import { readFileSync } from "node:fs";

/** hyoshi's own version, as its package has it. */
export function ownVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
