import { expect, test } from "vitest";
import { decodeCursor, encodeCursor } from "./page.ts";

test("a cursor gives back the key that went into it", () => {
  const cursor = encodeCursor("list", ["日本", 5, null]);
  expect(cursor).toMatch(/^[\w-]+$/);
  expect(decodeCursor(cursor, "list", ["text", "number", "number?"])).toEqual(["日本", 5, null]);
});

test.each([
  ["of another list", encodeCursor("other", ["a", 1])],
  ["with another number of parts", encodeCursor("list", ["a"])],
  ["with parts of other kinds", encodeCursor("list", [1, "a"])],
  ["with a number that is none", Buffer.from('["list","a",1e400]').toString("base64url")],
  ["that is not JSON", Buffer.from("nonsense").toString("base64url")],
  ["that is no list", Buffer.from('{"0":"list"}').toString("base64url")],
  ["that is empty", ""],
])("a cursor %s is refused", (_what, cursor) => {
  expect(() => decodeCursor(cursor, "list", ["text", "number"])).toThrow(
    expect.objectContaining({ code: "invalid_cursor", fields: { path: "?after" } }),
  );
});
