import { expect, it } from "vitest";
import { linesOfChunk } from "./log-line.ts";

const at = Date.UTC(2026, 10, 23, 0, 0, 1);
const chunk = {
  ...{ runId: "r", chunk: 3, attempt: 2, firstLine: 41, at },
  text: "23:59:59.900 DEBUG begun\n00:00:00.100 WARN \n00:00:00.250 ERROR   indented: INFO\nno head\n",
};

it("reads lines with their number, time, level, attempt and text", () => {
  expect(linesOfChunk(chunk)).toEqual([
    { line: 41, at: at - 1_100, level: "debug", attempt: 2, text: "begun" },
    { line: 42, at: at - 900, level: "warn", attempt: 2, text: "" },
    { line: 43, at: at - 750, level: "error", attempt: 2, text: "  indented: INFO" },
    { line: 44, at, level: "info", attempt: 2, text: "no head" },
  ]);
});

it("leaves out what is below the level or of another attempt", () => {
  expect(linesOfChunk(chunk, { level: "warn" }).map(({ line }) => line)).toEqual([42, 43]);
  expect(linesOfChunk(chunk, { level: "error", attempt: 2 }).map(({ line }) => line)).toEqual([43]);
  expect(linesOfChunk(chunk, { attempt: 1 })).toEqual([]);
});
