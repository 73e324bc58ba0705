import { expect, test } from "vitest";
import { isSealed, sealedAsDots, valueAt, withDots } from "./sealed.ts";

test("sealed secrets are dots for reading, wherever they lie", () => {
  const value = { token: "hyoshi:sealed:1:abc", list: [{ pin: "hyoshi:sealed:1:x" }, "plain", 1, null] };
  expect(withDots(value)).toEqual({ token: "••••••", list: [{ pin: "••••••" }, "plain", 1, null] });
  expect(isSealed("hyoshi")).toBe(false);
  expect(sealedAsDots("{'token': 'hyoshi:sealed:1:a-b_c', 'n': 1}")).toBe("{'token': '••••••', 'n': 1}");
});

test("a pointer leads to its value, or to nothing", () => {
  const value = { "a/b": [{ "c~d": 1 }] };
  expect(valueAt(value, "/a~1b/0/c~0d")).toBe(1);
  expect(valueAt(value, "/x/y")).toBe(undefined);
  expect(valueAt(value, "")).toBe(value);
});
