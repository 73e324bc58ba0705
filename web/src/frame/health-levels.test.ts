import { describe, expect, it } from "vitest";
import type { Health } from "../services/wire.ts";
import { beatLevel, otherProblems, workerLevel } from "./health-levels.ts";

const well: Health = { status: "ok", beats: 2, workers: 3, oldestDueMs: 0, queuesWithoutWorker: [], problems: [] };
const problem = (code: string, severity: "warning" | "error") => ({ code, severity, text: { en: code, ja: code } });

describe("the dots in the head", () => {
  it("are well while everything works, and unknown before the first answer", () => {
    expect([beatLevel(well), workerLevel(well)]).toEqual(["ok", "ok"]);
    expect([beatLevel(undefined), workerLevel(undefined)]).toEqual(["unknown", "unknown"]);
  });

  it("turn red for beats when the oldest due schedule is late, and when one holds its fire", () => {
    expect(beatLevel({ ...well, oldestDueMs: 6_000 })).toBe("error");
    const holding = { ...well, problems: [problem("clock_jump", "error")] };
    expect([beatLevel(holding), workerLevel(holding)]).toEqual(["error", "ok"]);
  });

  it("turn amber for workers when a queue has runs and no worker, and red when there is none", () => {
    expect(workerLevel({ ...well, queuesWithoutWorker: [{ queue: "slow", waiting: 4 }] })).toBe("warning");
    expect(workerLevel({ ...well, workers: 0 })).toBe("error");
    const blocked = { ...well, problems: [problem("event_loop_blocked", "warning")] };
    expect([beatLevel(blocked), workerLevel(blocked)]).toEqual(["ok", "warning"]);
  });

  it("tell each problem once", () => {
    const problems = [problem("late", "error"), problem("beat_hangs", "error"), problem("no_worker", "warning")];
    expect(otherProblems({ ...well, problems }).map(({ code }) => code)).toEqual(["beat_hangs"]);
  });
});
