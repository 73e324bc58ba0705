import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogPart, LogStore } from "../../../src/run/log-store.ts";
import { start } from "./run-bench.ts";

export interface LogBench {
  readonly logs: LogStore;
  /** The same logs as another process sees them. */
  readonly other: LogStore;
  close(): Promise<void>;
}

function part(runId: string, text: string, attempt = 1): LogPart {
  return { runId, attempt, at: start, text };
}

/** What every store of logs must do. */
export function describeLogStore(name: string, open: () => Promise<LogBench>): void {
  describe(`the log store on ${name}`, () => {
    let bench: LogBench;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench.close());

    it("keeps what was written in numbered chunks, run by run and in order", async () => {
      const { logs } = bench;
      const [one, two, three] = [part("a", "1\n"), part("a", "2\n3\n"), part("a", "4\n", 2)];
      await logs.append([one, part("b", "other\n"), two]);
      await logs.append([three]);
      await logs.append([]);
      expect(await logs.read("a", 0, 100)).toEqual([
        { ...one, chunk: 0, firstLine: 1 },
        { ...two, chunk: 1, firstLine: 2 },
        { ...three, chunk: 2, firstLine: 4 },
      ]);
      expect(await logs.read("nobody", 0, 100)).toEqual([]);
    });

    it("reads from a chunk on, and no more than asked", async () => {
      const { logs } = bench;
      await logs.append(Array.from({ length: 12 }, (_, n) => part("a", `${n}\n`)));
      expect((await logs.read("a", 9, 100)).map(({ text }) => text)).toEqual(["9\n", "10\n", "11\n"]);
      expect((await logs.read("a", 2, 2)).map(({ text }) => text)).toEqual(["2\n", "3\n"]);
      expect(await logs.read("a", 12, 100)).toEqual([]);
    });

    it("loses no line of two workers that write for one run", async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => {
          const [logs, attempt] = n % 2 === 0 ? [bench.logs, 1] : [bench.other, 2];
          return logs.append([part("a", `${n}\n`, attempt)]);
        }),
      );
      const chunks = await bench.logs.read("a", 0, 100);
      expect(chunks.map(({ chunk, firstLine }) => [chunk, firstLine])).toEqual(
        Array.from({ length: 20 }, (_, n) => [n, n + 1]),
      );
      expect(new Set(chunks.map(({ text }) => text)).size).toBe(20);
      expect(chunks.filter(({ attempt }) => attempt === 2)).toHaveLength(10);
    });

    it("gives back every character, and the largest chunk whole", async () => {
      const text = `${"拍子🎴\u0000\t".repeat(4_000)}\n`;
      await bench.logs.append([part("a", text)]);
      expect((await bench.logs.read("a", 0, 1))[0]?.text).toBe(text);
    });
  });
}
