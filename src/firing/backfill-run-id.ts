import { createHash } from "node:crypto";
import type { Instant } from "../base/clock.ts";
import { firingRunId } from "./firing-run-id.ts";

/**
 * The id of the run that makes up for a nominal time. Without a replay's name it is the same whoever asks and how often, so that an
 * interrupted backfill that is begun again sends nothing twice.
 */
export function backfillRunId(scheduleUid: string, nominalAt: Instant, replay: string | undefined): string {
  const name = createHash("sha256")
    .update(`${scheduleUid}\nbackfill\n${replay ?? ""}`)
    .digest("hex");
  return firingRunId(name, nominalAt);
}
