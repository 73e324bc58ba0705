import { createHash } from "node:crypto";
import { formatUuid } from "../../base/random.ts";

/**
 * The uid of what is imported: the same for the same thing of the same source, so that importing twice makes nothing twice. `parts` say
 * where it comes from and which it is there.
 */
export function importUid(...parts: readonly string[]): string {
  return formatUuid(createHash("sha256").update(JSON.stringify(parts)).digest().subarray(0, 16), 8);
}
