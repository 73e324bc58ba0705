import { expect, test } from "vitest";
import type { Reason } from "../firing/decision.ts";
import { describeReason } from "./firing-words.ts";

const told = { count: 1, runId: null, detail: null, decidedAt: 100_000, nominalAt: 100_000, zone: "UTC" };
const reasons: readonly Reason[] = [
  "on_time",
  "caught_up",
  "waited",
  "waiting",
  "moved",
  "same_instant",
  "overlap",
  "limit",
  "queue_full",
  "replaced",
  "expired",
  "cancelled",
  "paused",
  "calendar",
  "daylight_saving",
  "ended",
  "held",
  "superseded",
  "late",
  "window",
  "cap",
  "clock_jump",
  "replanned",
  "disabled",
  "cannot_compute",
];

test.each(reasons)("the reason %s is told in both languages", (reason) => {
  for (const count of [1, 5, null]) {
    const { en, ja } = describeReason(reason, { ...told, count });
    expect(en).toMatch(/^[A-Z].*[^.]$/);
    expect(ja).toMatch(/\p{Script=Hiragana}/u);
  }
});

test("details stand in the sentence", () => {
  expect(describeReason("overlap", { ...told, detail: { runId: "r1" } }).en).toContain("(r1)");
  expect(describeReason("cannot_compute", { ...told, detail: { message: "no zone" } }).ja).toContain("no zone");
  expect(describeReason("caught_up", { ...told, decidedAt: 100_000 + 7_200_000 })).toEqual({
    en: "Sent 2 hours late: no beat ran at its time",
    ja: "その時刻に beat が動いていなかったため、2 時間遅れて送信しました",
  });
  expect(describeReason("caught_up", { ...told, decidedAt: 160_000 }).en).toContain("1 minute late");
});

test("what a clock ahead had sent says so, and not how late it was", () => {
  const detail = { early: true };
  for (const reason of ["on_time", "caught_up"]) {
    expect(describeReason(reason, { ...told, detail }).en).toBe(
      "Sent too early: the clock was ahead, and has been set back since",
    );
  }
});

test("who paused what, and why, stands in the sentence", () => {
  const paused = (scope: string, scopeId: string, count = 1) =>
    describeReason("paused", { ...told, count, detail: { scope, scopeId, reason: "deploy", by: "aki" } });
  expect(paused("all", "").en).toBe("Skipped: everything was paused by aki: deploy");
  expect(paused("tag", "nightly", 3).en).toBe(
    "Skipped: the tag “nightly” was paused during these times by aki: deploy",
  );
  expect(paused("tag", "nightly").ja).toBe("aki によりタグ「nightly」が一時停止中のため、見送りました（deploy）");
  expect(paused("schedule", "4").en).toContain("this schedule was paused");
});

test("a time that was moved names its target on the schedule's clock", () => {
  const detail = { movedTo: Date.UTC(2027, 0, 4, 0), why: "calendar" };
  expect(describeReason("moved", { ...told, detail, zone: "Asia/Tokyo" })).toEqual({
    en: "Moved to 2027-01-04 09:00: the calendar is closed on that day",
    ja: "カレンダーの休業日のため、 2027-01-04 09:00 に移しました",
  });
  expect(describeReason("moved", { ...told, detail: { ...detail, why: "daylight_saving" }, zone: null }).en).toBe(
    "Moved to 2027-01-04 00:00 UTC: the clock leaves it out",
  );
});

test("a reason of a later version is shown by its code", () => {
  expect(describeReason("toString", told)).toEqual({ en: "toString", ja: "toString" });
});
