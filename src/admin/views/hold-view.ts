import type { Pause } from "../../ledger/pause-store.ts";
import type { HoldView } from "../contract.ts";

/** A pause of a queue, a worker or a host. */
export function holdViewOf({ id, scope, scopeId, reason, untilAt, by, fromAt }: Pause): HoldView {
  return { id, scope: scope as HoldView["scope"], scopeId, reason, untilAt, by, fromAt };
}
