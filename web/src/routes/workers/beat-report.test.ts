import { describe, expect, it } from "vitest";
import { type BeatReport, beatMark, beatReportOf } from "./beat-report.ts";

const asleep: BeatReport = { state: "asleep", loopAgeMs: 300, oldestDueMs: 0, clockJumpMs: undefined };

const of = (info: unknown, loopLagMs = 0) => beatReportOf({ info, loopLagMs });

describe("what a beat tells of its loop", () => {
  it("is read as far as it is known", () => {
    expect(of({ state: "holding", loopAgeMs: 12, oldestDueMs: 7, clockJumpMs: -90_000 })).toEqual({
      state: "holding",
      loopAgeMs: 12,
      oldestDueMs: 7,
      clockJumpMs: -90_000,
    });
    expect(of({ state: "dancing", loopAgeMs: "soon", clockJumpMs: null })).toEqual({
      state: undefined,
      loopAgeMs: 0,
      oldestDueMs: 0,
      clockJumpMs: undefined,
    });
    expect([of({}), of(null), of("beat")]).toEqual([undefined, undefined, undefined]);
  });

  it("is as old as its event loop is late", () => {
    expect(of({ state: "asleep", loopAgeMs: 40 }, 15_000)?.loopAgeMs).toBe(15_000);
  });

  it("is red when its loop hangs, the database does not answer, or a due schedule is late", () => {
    expect(beatMark(true, { ...asleep, loopAgeMs: 20_000 })).toBe("failed");
    expect(beatMark(true, { ...asleep, state: "failing" })).toBe("failed");
    expect(beatMark(true, { ...asleep, state: "firing", oldestDueMs: 9_000 })).toBe("failed");
  });

  it("is otherwise what the beat does", () => {
    expect(beatMark(true, asleep)).toBe("succeeded");
    expect(beatMark(true, { ...asleep, state: "firing" })).toBe("running");
    expect(beatMark(true, { ...asleep, state: "holding" })).toBe("held");
    expect(beatMark(false, asleep)).toBe("lost");
    expect(beatMark(true, undefined)).toBe("succeeded");
  });
});
