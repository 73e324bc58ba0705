import { expect, it } from "vitest";
import { HyoshiError } from "../base/error.ts";
import { problemOf } from "./problem.ts";
import { problemStatus } from "./problem-status.ts";
import { problemWords } from "./problem-words.ts";

const japanese = /[\p{sc=Hira}\p{sc=Han}]/u;

it("has a sentence in both languages for every code that is answered", () => {
  expect(Object.keys(problemWords).sort()).toEqual([...Object.keys(problemStatus), "internal"].sort());
  for (const [code, { en, ja }] of Object.entries(problemWords)) {
    expect(en, code).toMatch(/^[A-Z].*\.$/);
    expect(ja, code).toMatch(japanese);
    expect(ja, code).toMatch(/。$/);
  }
});

it("answers what the error itself says, else the code's sentence", () => {
  const text = { en: "Five are left.", ja: "あと 5 件です。" };
  const told = new HyoshiError("overlap", "five are left", { fields: { text } });
  expect(problemOf(told, "1").body.text).toEqual(text);
  const plain = new HyoshiError("overlap", "an earlier run is not finished");
  expect(problemOf(plain, "1").body).toMatchObject({
    detail: "an earlier run is not finished",
    text: problemWords.overlap,
  });
});

it("leads from a fault of the server's to its log", () => {
  const { text } = problemOf(new Error("secret"), "id-7").body;
  expect(text?.en).toContain("id-7");
  expect(text?.ja).toContain("id-7");
});
