import { expect, test } from "vitest";
import { ansiSpans, markHits } from "./ansi-spans.ts";

test("colours become classes, and true colours styles", () => {
  expect(ansiSpans("\x1b[31mred\x1b[0m and \x1b[38;2;1;2;3mexact\x1b[0m")).toEqual([
    { text: "red", className: "ansi-red-fg" },
    { text: " and " },
    { text: "exact", style: { color: "rgb(1,2,3)" } },
  ]);
});

test("bold is a style, and holds from the line before", () => {
  expect(ansiSpans("loud", "\x1b[1m")).toEqual([{ text: "loud", style: { fontWeight: "bold" } }]);
});

test("markup stays text", () => {
  const text = `\x1b[32m<b onclick="x">&amp;'</b>\x1b[0m<script>`;
  expect(
    ansiSpans(text)
      .map((span) => span.text)
      .join(""),
  ).toBe(`<b onclick="x">&amp;'</b><script>`);
});

test("a searched text is marked across colours and in any case", () => {
  const spans = ansiSpans("a Con\x1b[31mnection\x1b[0m lost");
  expect(markHits(spans, "connection").map(({ text, isHit }) => [text, isHit])).toEqual([
    ["a ", false],
    ["Con", true],
    ["nection", true],
    [" lost", false],
  ]);
});
