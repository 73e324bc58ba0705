import { createHash } from "node:crypto";
import type { Instant } from "../base/clock.ts";
import { formatUuid } from "../base/random.ts";

/**
 * The id of the run that a schedule's nominal time sends: a UUIDv8 of that time and a hash of the schedule's random uid. Two beats that
 * decide the same firing make the same id, and another installation on the same broker never does.
 */
export function firingRunId(scheduleUid: string, nominalAt: Instant): string {
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(nominalAt / 2 ** (8 * (5 - i))) & 0xff;
  bytes.set(createHash("sha256").update(scheduleUid).digest().subarray(0, 10), 6);
  return formatUuid(bytes, 8);
}
