import { expect, test } from "vitest";
import { crontabNotes, spreadExpression } from "./crontab-notes.ts";

test("plain numbers, steps, ranges and names need no note", () => {
  expect(crontabNotes("*/5 9-17 1,15 jan-mar mon-fri")).toEqual([]);
});

test("each special part is explained once, in its order", () => {
  expect(crontabNotes("H H(0-5)/2 L,L-3,15W,LW * 5L,fri#2,L")).toEqual([
    { token: "H", kind: "hashed" },
    { token: "H(0-5)/2", kind: "hashed" },
    { token: "L", kind: "last" },
    { token: "L-3", kind: "beforeLast", days: 3 },
    { token: "15W", kind: "nearest", day: 15 },
    { token: "LW", kind: "lastWorkday" },
    { token: "5L", kind: "lastWeekday", weekday: 5 },
    { token: "fri#2", kind: "nthWeekday", weekday: 5, nth: 2 },
  ]);
});

test("a name says what it stands for", () => {
  expect(crontabNotes(" @Daily ")).toEqual([{ token: "@Daily", kind: "name", stands: "0 0 * * *" }]);
  expect(crontabNotes("@reboot")).toEqual([]);
});

test("only a minute that many name is offered to be spread", () => {
  expect(spreadExpression("0 9 * * *")).toBe("H 9 * * *");
  expect(spreadExpression("*/15 * * * *")).toBe("H/15 * * * *");
  expect(spreadExpression("@hourly")).toBe("H * * * *");
  for (const kept of ["17 9 * * *", "H 9 * * *", "* * * * *", "0,30 * * * *", "0 9", "@reboot", ""]) {
    expect(spreadExpression(kept)).toBeUndefined();
  }
});
