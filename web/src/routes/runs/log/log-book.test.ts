import { expect, test } from "vitest";
import { LogBook, plainText } from "./log-book.ts";

const noon = Date.UTC(2026, 10, 23, 12);
const chunk = (number: number, attempt: number, firstLine: number, text: string) => ({
  chunk: number,
  attempt,
  firstLine,
  at: noon + 2_000,
  text,
});

test("a line's head is told apart from its text", () => {
  const book = new LogBook();
  book.add([chunk(0, 1, 1, "12:00:01.250 WARN the disk is nearly full\n")]);
  expect(book.lines).toEqual([
    {
      number: 1,
      at: noon + 1_250,
      level: "WARN",
      text: "the disk is nearly full",
      carried: "",
      attempt: 1,
      inAttempt: 1,
      columns: 23,
    },
  ]);
});

test("a line from before midnight in a chunk from after it belongs to the day before", () => {
  const book = new LogBook();
  const midnight = Date.UTC(2026, 10, 23);
  book.add([{ ...chunk(0, 1, 1, "23:59:59.900 INFO late\n00:00:00.100 INFO early\n"), at: midnight + 150 }]);
  expect(book.lines.map((line) => line.at)).toEqual([midnight - 100, midnight + 100]);
});

test("later lines of a message keep its level and have no time of their own", () => {
  const book = new LogBook();
  book.add([chunk(0, 1, 1, "12:00:01.250 ERROR it broke\n    at run (tasks.ts:3:1)\n")]);
  expect(book.lines.map(({ level, at }) => [level, at])).toEqual([
    ["ERROR", noon + 1_250],
    ["ERROR", undefined],
  ]);
});

test("a colour that was not reset holds on the next line, until the next attempt", () => {
  const book = new LogBook();
  book.add([chunk(0, 1, 1, "\x1b[31mred\nstill red\x1b[0m\nplain\x1b[1m\n"), chunk(1, 2, 4, "fresh\n")]);
  expect(book.lines.map((line) => line.carried)).toEqual(["", "\x1b[31m", "", ""]);
  expect(book.lines.map((line) => line.attempt)).toEqual([1, undefined, undefined, 2]);
  expect(book.lines.map((line) => line.inAttempt)).toEqual([1, 1, 1, 2]);
  expect(book.attempts).toEqual([1, 2]);
});

test("a chunk that is read twice is kept once", () => {
  const book = new LogBook();
  book.add([chunk(0, 1, 1, "one\n")]);
  book.add([chunk(0, 1, 1, "one\n"), chunk(1, 1, 2, "two\n")]);
  expect(book.lines.map((line) => line.text)).toEqual(["one", "two"]);
});

test("a search looks at the text without its escape sequences", () => {
  expect(plainText("\x1b[1;32mok\x1b[0m \x1b]8;;https://example.com\x07link\x1b]8;;\x07")).toBe("ok link");
});

test("colours take no room, and an ideograph takes two columns", () => {
  const book = new LogBook();
  book.add([chunk(0, 1, 1, "\x1b[31mab\x1b[0m保存\n")]);
  expect(book.lines[0]?.columns).toBe(6);
});
