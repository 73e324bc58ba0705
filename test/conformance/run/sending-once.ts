import { describe, expect, it } from "vitest";
import { type Cases, newRun, second, start, succeeded } from "./run-bench.ts";

export function sendingOnce(open: () => Cases): void {
  describe("what is unique", () => {
    const unique = (forMs: number | null = null) => ({ key: "abc tapp_a.hello", forMs });

    it("answers the unfinished run of its key, and is a run again once that has ended", async () => {
      const { runs } = open();
      expect(await runs.addUnique(newRun("r1"), unique())).toEqual({ id: "r1", isNew: true });
      expect(await runs.addUnique(newRun("r2"), unique())).toEqual({ id: "r1", isNew: false });
      const run = await open().claimedAgain("r1");
      expect(await runs.addUnique(newRun("r3"), unique())).toEqual({ id: "r1", isNew: false });
      await runs.finish([succeeded(run)]);
      expect(await runs.addUnique(newRun("r4"), unique())).toEqual({ id: "r4", isNew: true });
      expect(await runs.find("r2")).toBeUndefined();
    });

    it("answers the run of its key for a time, whether it has ended or not", async () => {
      const { runs } = open();
      await runs.addUnique(newRun("r1"), unique(60 * second));
      await runs.finish([succeeded(await open().claimedAgain("r1"))]);
      const later = (id: string, ms: number) =>
        runs.addUnique(newRun(id, { queuedAt: start + ms, availableAt: start + ms }), unique(60 * second));
      expect(await later("r2", 59 * second)).toEqual({ id: "r1", isNew: false });
      expect(await later("r3", 60 * second)).toEqual({ id: "r3", isNew: true });
      expect(await later("r4", 119 * second)).toEqual({ id: "r3", isNew: false });
    });

    it("is one run of many that are sent at once by several processes", async () => {
      const { runs, bench } = open();
      const sent = await Promise.all(
        Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? runs : bench.other).addUnique(newRun(`r${n}`), unique())),
      );
      expect(sent.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
      expect(await open().claim()).toHaveLength(1);
    });

    it("keeps keys apart", async () => {
      const { runs } = open();
      await runs.addUnique(newRun("r1"), unique());
      expect(await runs.addUnique(newRun("r2"), { key: "abd tapp_a.hello", forMs: null })).toMatchObject({
        isNew: true,
      });
    });
  });
}
