import { expect, it } from "vitest";
import { OutputLines } from "./output-lines.ts";

function lines(chunks: readonly (string | Buffer)[], left = 1_000_000): string[] {
  const written: string[] = [];
  const output = new OutputLines({ left }, (line) => written.push(line));
  for (const chunk of chunks) output.push(Buffer.from(chunk));
  output.close();
  return written;
}

it("cuts a stream into lines however its chunks fall", () => {
  expect(lines(["on", "e\ntwo\r\n\nthr", "ee"])).toEqual(["one", "two", "", "three"]);
  expect(lines(["\n"])).toEqual([""]);
  expect(lines([])).toEqual([]);
});

it("keeps a character whole that two chunks share", () => {
  const bytes = Buffer.from("拍子\n");
  expect(lines([bytes.subarray(0, 2), bytes.subarray(2)])).toEqual(["拍子"]);
});

it("cuts a long line with a mark, and holds no more than that of it", () => {
  const [line = ""] = lines(Array(10).fill("x".repeat(10_000)));
  expect(line).toMatch(/^x{65536} … \[34464 more characters were cut\]$/);
});

it("leaves the middle of a flood out, says how much, and keeps the end", () => {
  const flood = Array.from({ length: 100 }, (_, n) => `${String(n).padStart(4, "0")} ${"x".repeat(9_994)}\n`);
  const written = lines(["begin\n", ...flood, "end\n"], 20_000);
  const mark = written.findIndex((line) => line.includes("bytes of the output were left out here"));
  expect(written[0]).toBe("begin");
  expect(mark).toBe(3);
  const leftOut = Number(/\d+/.exec(written[mark] ?? "")?.[0]);
  const kept = [...written.slice(0, mark), ...written.slice(mark + 1)].reduce((sum, line) => sum + line.length + 1, 0);
  expect(leftOut + kept).toBe(6 + 100 * 10_000 + 4);
  expect(written.at(-1)).toBe("end");
});

it("leaves nothing out where the end is all that there is more", () => {
  expect(lines(["a\n", "b\n", "c\n"], 1)).toEqual(["a", "b", "c"]);
});
