import { createHash } from "node:crypto";

/** How much later than its nominal time a run may begin: less than `jitterMs`, the same for a run's id in every process. */
export function jitterOf(runId: string, jitterMs: number): number {
  return createHash("sha256").update(runId).digest().readUInt32BE(0) % jitterMs;
}
