import { expect, it } from "vitest";
import { envelopeOfRedis, sentSamples } from "../../test/support/celery-samples.ts";
import { decodeTask } from "./decode-task.ts";
import { plainValue } from "./rich-value.ts";

it("makes texts of what Celery 5.6 tags, the same that Celery 5.2 sends", () => {
  const args = (name: string) => {
    const [message] = sentSamples[name]?.messages ?? [];
    return plainValue(decodeTask(envelopeOfRedis(message?.raw ?? "")).args);
  };
  const shared = ["2031-01-01T00:00:00", "01:02:03.000004", "1.10", "12345678-1234-5678-1234-567812345678", [1, 2]];
  const [old, current] = [args("celery52-send-json-types"), args("celery56-send-json-types")];
  expect(old).toEqual(expect.arrayContaining(["2031-02-03T04:05:06.789000Z", ...shared]));
  expect(current).toEqual(
    expect.arrayContaining(["2031-02-03T04:05:06.789000+00:00", "2031-02-03", "abc", "//4=", ...shared]),
  );
});

it("leaves alone what only looks like it", () => {
  for (const value of [
    { __type__: "datetime", __value__: "2031-02-03T04:05:06", more: 1 },
    { __type__: "datetime" },
    { __type__: "of_an_application", __value__: "x" },
    { __type__: "uuid", __value__: "12345678-1234-5678-1234-567812345678" },
    { __type__: "decimal", __value__: 1 },
  ]) {
    expect(plainValue(value)).toBe(value);
  }
});

it("answers the same value where there is nothing to change", () => {
  const value = { a: [1, { b: "c" }], d: null };
  expect(plainValue(value)).toBe(value);
  expect(plainValue({ a: [{ __type__: "decimal", __value__: "1.10" }], b: 2 })).toEqual({ a: ["1.10"], b: 2 });
});
