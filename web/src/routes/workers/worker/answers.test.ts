import { describe, expect, it } from "vitest";
import { toldFacts, toldRuns, toldStats } from "./answers.ts";

describe("what a worker answers", () => {
  it("is read as far as it is known", () => {
    const run = { id: "a", name: "proj.add", args: "(1,)", kwargs: {}, time_start: 1.5 };
    expect(toldRuns([run, { eta: "2026-01-01T00:00:00+00:00", request: { ...run, time_start: null } }, 7])).toEqual([
      { id: "a", name: "proj.add", args: "(1,)", kwargs: "{}", startedAt: 1_500, eta: undefined },
      { id: "a", name: "proj.add", args: "(1,)", kwargs: "{}", startedAt: undefined, eta: Date.UTC(2026, 0, 1) },
    ]);
    expect([toldRuns(null), toldRuns([])]).toEqual([undefined, []]);
    expect(toldStats({ pool: { "max-concurrency": 4 }, total: { a: 3 }, prefetch_count: 16, uptime: 5 })).toMatchObject(
      {
        ...{ slots: 4, prefetch: 16, uptimeMs: 5_000 },
        executed: new Map([["a", 3]]),
      },
    );
    expect(toldFacts({ sw_ident: "py-celery", sw_ver: "5.2.6", loadavg: [1, 2, 3], processed: 7 })).toEqual({
      ...{ software: "py-celery 5.2.6", load: "1 · 2 · 3", processed: 7, children: [] },
    });
    expect(toldFacts(null)).toEqual({ children: [] });
    const child = { pool: "processes", pid: 7, executed: 3, memoryMb: 80, runId: "a" };
    expect(
      toldFacts({ pool: "processes", autoscale: { min: 1, max: 4 }, crashes: 2, restarts: 1, children: [child, 5] }),
    ).toEqual({ pool: "processes", autoscale: "1–4", crashes: 2, restarts: 1, children: [child] });
  });
});
