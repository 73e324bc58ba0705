import { Worker } from "node:worker_threads";
import { processMonotonic } from "../base/clock.ts";
import { siblingModule } from "../base/sibling-module.ts";
import type { LoopGuard } from "../worker/loop-deadlines.ts";
import type { GuardData } from "./guard-thread.ts";

const TURN_EVERY_MS = 200;

/**
 * Has a thread watch this process, for a task may block its event loop for ever: ends it, with all of its group where `hasGroup`, when `parent` is gone, however that
 * ended; and when the loop is blocked beyond the hard limit of what it executes.
 */
export function guardProcess({
  parent = null,
  hasGroup = false,
}: Partial<Pick<GuardData, "parent" | "hasGroup">>): LoopGuard {
  const shared = new SharedArrayBuffer(16);
  const noted = new Float64Array(shared);
  const data: GuardData = { parent, hasGroup, shared };
  const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };
  new Worker(siblingModule(import.meta.url, "guard-thread"), { workerData: data, resourceLimits }).unref();
  setInterval(() => {
    noted[0] = processMonotonic();
  }, TURN_EVERY_MS).unref();
  return {
    expect(inMs) {
      noted[1] = inMs === undefined ? 0 : processMonotonic() + inMs;
    },
  };
}
