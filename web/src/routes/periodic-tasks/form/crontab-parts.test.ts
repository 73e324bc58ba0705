import { expect, test } from "vitest";
import { crontabParts, withCrontabPart } from "./crontab-parts.ts";

test("an expression is taken apart into its five fields", () => {
  expect(crontabParts(" 30 2 *  * 1-5 ")).toEqual(["30", "2", "*", "*", "1-5"]);
  expect(crontabParts("30 2")).toEqual(["30", "2", "", "", ""]);
});

test("a name or too many fields have no parts", () => {
  expect(crontabParts("@daily")).toBeUndefined();
  expect(crontabParts("1 2 3 4 5 6")).toBeUndefined();
});

test("changing one field leaves the others in their places", () => {
  expect(withCrontabPart("30 2 * * 1-5", 1, "*/3")).toBe("30 */3 * * 1-5");
  expect(withCrontabPart("30 2 * * 1-5", 1, "")).toBe("30 * * * 1-5");
  expect(withCrontabPart("30 2 * * 1-5", 4, "")).toBe("30 2 * *");
});
