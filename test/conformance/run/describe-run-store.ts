import { afterEach, beforeEach, describe } from "vitest";
import { beginningAndFinishing } from "./beginning-and-finishing.ts";
import { cancelling } from "./cancelling.ts";
import { overlapping } from "./overlapping.ts";
import { Cases, type RunBench } from "./run-bench.ts";
import { sendingAndClaiming } from "./sending-and-claiming.ts";
import { sendingOnce } from "./sending-once.ts";
import { sweeping } from "./sweeping.ts";
import { unkeptRuns } from "./unkept-runs.ts";

/** What every run store must do, on whatever database. */
export function describeRunStore(name: string, open: () => Promise<RunBench>): void {
  describe(`the run store on ${name}`, () => {
    let cases: Cases;
    beforeEach(async () => {
      cases = await Cases.open(open);
    });
    afterEach(() => cases.bench.close());

    for (const part of [
      sendingAndClaiming,
      beginningAndFinishing,
      cancelling,
      overlapping,
      sendingOnce,
      sweeping,
      unkeptRuns,
    ])
      part(() => cases);
  });
}
