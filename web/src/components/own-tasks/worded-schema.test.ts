import { expect, test } from "vitest";
import { wordedSchema } from "./worded-schema.ts";

const texts = { titles: { command: "コマンド" }, help: { command: "説明" }, line: "1 行", list: "引数" };

test("a schema keeps what it demands and gets the reader's words", () => {
  const schema = {
    type: "object",
    required: ["command"],
    properties: {
      command: { anyOf: [{ type: "string", minLength: 1 }, { type: "array" }], description: "A line" },
      other: { type: "string" },
    },
  };
  expect(wordedSchema(schema, texts)).toEqual({
    ...schema,
    properties: {
      command: {
        title: "コマンド",
        description: "説明",
        anyOf: [
          { type: "string", minLength: 1, title: "1 行" },
          { type: "array", title: "引数" },
        ],
      },
      other: { type: "string" },
    },
  });
  expect(wordedSchema(null, texts)).toBe(null);
});
