import { expect, test } from "vitest";
import { describeReason } from "./firing-words.ts";

const told = { count: 1, runId: null, detail: null, decidedAt: 100_000, nominalAt: 100_000 };
const reasons = [
  "on_time",
  "caught_up",
  "same_instant",
  "overlap",
  "paused",
  "superseded",
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

test("a reason of a later version is shown by its code", () => {
  expect(describeReason("toString", told)).toEqual({ en: "toString", ja: "toString" });
});
