import { expect, test } from "vitest";
import { parseScheduleWords } from "./schedule-words.ts";

test.each([
  [["30 2 * * 1-5"], { kind: "crontab", expression: "30 2 * * 1-5" }],
  [["30", "2", "*", "*", "1-5"], { kind: "crontab", expression: "30 2 * * 1-5" }],
  [["@daily"], { kind: "crontab", expression: "@daily" }],
  [["every 5 minutes"], { kind: "interval", every: 5, period: "minutes" }],
  [["every", "day"], { kind: "interval", every: 1, period: "days" }],
  [["Every 1 Week"], { kind: "interval", every: 1, period: "weeks" }],
  [["every two hours"], { kind: "interval", every: "two", period: "hours" }],
  [["sunset 35.68 139.77"], { kind: "solar", event: "sunset", latitude: 35.68, longitude: 139.77 }],
  [["dawn_civil", "-33.9", "151.2"], { kind: "solar", event: "dawn_civil", latitude: -33.9, longitude: 151.2 }],
  [["2027-01-01T09:00:00+09:00"], { kind: "clocked", at: "2027-01-01T09:00:00+09:00" }],
  [['{"kind":"interval","every":2,"period":"days"}'], { kind: "interval", every: 2, period: "days" }],
])("reads %j", (words, definition) => {
  expect(parseScheduleWords(words)).toEqual(definition);
});
