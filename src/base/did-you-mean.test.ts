import { expect, test } from "vitest";
import { didYouMean, nearest } from "./did-you-mean.ts";

const settings = ["apps", "database", "timeZone", "queues"];

test.each([
  ["timezone", "timeZone"],
  ["databse", "database"],
  ["qeues", "queues"],
  ["QUEUE", "queues"],
])("finds the word that '%s' was meant to be", (typed, meant) => {
  expect(nearest(typed, settings)).toBe(meant);
});

test("suggests nothing for a word that is like none of them", () => {
  expect(didYouMean("celerybeat", settings)).toBe("");
  expect(didYouMean("x", ["y"])).toBe("");
});

test("ends a sentence with the suggestion", () => {
  expect(didYouMean("ap_ps", settings)).toBe("; did you mean 'apps'?");
});
