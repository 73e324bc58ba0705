import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogChunk, LogStore } from "../../../src/run/log-store.ts";
import { start } from "./run-bench.ts";

export interface LogBench {
  readonly logs: LogStore;
  close(): Promise<void>;
}

function chunk(runId: string, number: number, firstLine: number, text: string, attempt = 1): LogChunk {
  return { runId, chunk: number, attempt, firstLine, at: start + number, text };
}

/** What every store of logs must do. */
export function describeLogStore(name: string, open: () => Promise<LogBench>): void {
  describe(`the log store on ${name}`, () => {
    let bench: LogBench;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench.close());

    it("keeps what was written, run by run and in order", async () => {
      const { logs } = bench;
      const [one, two, three] = [chunk("a", 0, 1, "1\n"), chunk("a", 1, 2, "2\n3\n"), chunk("a", 2, 4, "4\n", 2)];
      await logs.append([one, chunk("b", 0, 1, "other\n"), two]);
      await logs.append([three]);
      await logs.append([]);
      expect(await logs.read("a", 0, 100)).toEqual([one, two, three]);
      expect(await logs.read("nobody", 0, 100)).toEqual([]);
    });

    it("reads from a chunk on, and no more than asked", async () => {
      const { logs } = bench;
      await logs.append(Array.from({ length: 12 }, (_, n) => chunk("a", n, n + 1, `${n}\n`)));
      expect((await logs.read("a", 9, 100)).map(({ text }) => text)).toEqual(["9\n", "10\n", "11\n"]);
      expect((await logs.read("a", 2, 2)).map(({ text }) => text)).toEqual(["2\n", "3\n"]);
      expect(await logs.read("a", 12, 100)).toEqual([]);
    });

    it("leaves a chunk that is there as it is", async () => {
      const { logs } = bench;
      await logs.append([chunk("a", 0, 1, "first\n")]);
      await logs.append([chunk("a", 0, 1, "second\n"), chunk("a", 1, 2, "third\n")]);
      expect((await logs.read("a", 0, 9)).map(({ text }) => text)).toEqual(["first\n", "third\n"]);
    });

    it("tells where a later attempt goes on", async () => {
      const { logs } = bench;
      expect(await logs.end("a")).toEqual({ chunk: 0, line: 1 });
      await logs.append([chunk("a", 0, 1, "1\n"), chunk("a", 1, 2, "2\n3\n4\n"), chunk("b", 0, 1, "1\n")]);
      expect(await logs.end("a")).toEqual({ chunk: 2, line: 5 });
    });

    it("gives back every character, and the largest chunk whole", async () => {
      const { logs } = bench;
      const text = `${"拍子🎴\u0000\t".repeat(4_000)}\n`;
      await logs.append([chunk("a", 0, 1, text)]);
      expect((await logs.read("a", 0, 1))[0]?.text).toBe(text);
    });
  });
}
