import { expect, test } from "vitest";
import { readJson } from "./read-json.ts";

test("a text that is JSON gives its value", () => {
  expect(readJson('{"a":[1]}')).toEqual({ value: { a: [1] } });
});

test("a mistake is quoted with its place", () => {
  expect(readJson('{"a": yes}')).toEqual({ at: 6, text: "“yes}”" });
});

test("a text that ends too early says so", () => {
  expect(readJson('{"a": ')).toEqual({ at: 6, text: "" });
  expect(readJson("")).toEqual({ at: 0, text: "" });
  expect(readJson(`{"a": [1, 2`)).toEqual({ at: 11, text: "" });
  expect(readJson(`{"a": 1} x`)).toEqual({ at: 9, text: "“x”" });
  expect(readJson(`[1, 01]`)).toMatchObject({ at: 4 });
});
