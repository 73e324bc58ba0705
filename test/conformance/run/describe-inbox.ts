import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Inbox } from "../../../src/run/inbox.ts";
import type { NewRun } from "../../../src/run/run.ts";
import type { ClaimedRun } from "../../../src/run/run-store.ts";
import { eventually } from "../../support/eventually.ts";
import { type FakeClock, settle } from "../../support/fake-clock.ts";
import { newRun, second, start } from "./run-bench.ts";

export interface InboxBench {
  readonly inbox: Inbox;
  /** Stands at {@link start} at first. */
  readonly clock: FakeClock;
  /** Sends a run to the inbox's queue `default`, or to another one; `quietly`: the inbox is not told. */
  send(run: NewRun, quietly?: boolean): Promise<void>;
  stateOf(id: string): Promise<string | undefined>;
  /** How often the inbox has asked for runs. */
  asked(): number;
  /** Whether the inbox has looked, and waits for a hint or for a time. */
  sleeps(): boolean;
  /** Whether a higher priority is taken first; default: it is. */
  readonly keepsPriorities?: boolean;
  /** What still waits when nobody takes. */
  leftBehind(): number;
  close(): Promise<void>;
}

/** What every inbox must do, wherever its runs come from. */
export function describeInbox(name: string, open: () => Promise<InboxBench>): void {
  describe(`the inbox of ${name}`, () => {
    let bench: InboxBench;
    let abort: AbortController;
    beforeEach(async () => {
      bench = await open();
      abort = new AbortController();
    });
    afterEach(() => bench.close());

    /** What is taken, once something is. */
    function taking(limit = 10) {
      const taken: { runs: readonly ClaimedRun[] | undefined } = { runs: undefined };
      const done = bench.inbox.take(limit, abort.signal).then((runs) => {
        taken.runs = runs;
        return runs;
      });
      const ids = () => taken.runs?.map(({ id }) => id);
      /** Once it has looked, and sleeps. */
      const asleep = () => eventually(() => bench.sleeps(), { what: () => "the inbox to find nothing" });
      /** The clock stands still meanwhile: what is taken is taken at this instant. */
      const awake = () => eventually(ids, { what: () => "the inbox to take something" });
      return { ids, asleep, awake, done };
    }

    const waits = (id: string) =>
      eventually(async () => (await bench.stateOf(id)) === "ready", { what: () => `run '${id}' to wait` });

    it("hands over what is there at once, at most as many as asked", async () => {
      for (const id of ["a", "b", "c"]) {
        await bench.send(newRun(id));
        await waits(id);
      }
      expect((await taking(2).done).map(({ id }) => id)).toEqual(["a", "b"]);
      expect((await taking(2).done).map(({ id }) => id)).toEqual(["c"]);
    });

    it("waits until something is sent, and hears of it at once", async () => {
      const { ids, asleep, awake } = taking();
      await asleep();
      expect(ids()).toBeUndefined();
      await bench.send(newRun("a"));
      expect(await awake()).toEqual(["a"]);
    });

    it("finds within a second what nobody told of", async () => {
      const { asleep, awake } = taking();
      await asleep();
      await bench.send(newRun("a"), true);
      await bench.clock.advance(second);
      expect(await awake()).toEqual(["a"]);
    });

    it("takes what was sent for later when its time comes, and not before", async () => {
      await bench.send(newRun("a", { availableAt: start + 300 }));
      const { ids, asleep, awake } = taking();
      await asleep();
      await bench.clock.advance(299);
      expect(ids()).toBeUndefined();
      await bench.clock.advance(1);
      expect(await awake()).toEqual(["a"]);
    });

    it("leaves the runs of other queues, and does not turn in circles over what waits long", async () => {
      await bench.send(newRun("elsewhere", { queue: "mail" }));
      await bench.send(newRun("later", { availableAt: start + 60 * 24 * 3_600 * second }));
      const { ids, asleep } = taking();
      const before = bench.asked();
      for (let n = 0; n < 10; n += 1) {
        await asleep();
        await bench.clock.advance(second);
      }
      expect(ids()).toBeUndefined();
      expect(bench.asked() - before).toBeLessThanOrEqual(12);
    });

    it("answers none when it is told to stop, and leaves nothing behind", async () => {
      const { asleep, done } = taking();
      await asleep();
      abort.abort();
      expect(await done).toEqual([]);
      expect(bench.leftBehind()).toBe(0);
      await bench.send(newRun("a"));
      await settle();
      await waits("a");
      expect(await bench.inbox.take(1, abort.signal)).toEqual([]);
    });

    it("hands over the highest priority first, and of equal ones the first sent, where its queues keep priorities", async () => {
      const priorities = { a: 3, b: 0, c: 9, d: 3 };
      for (const [id, priority] of Object.entries(priorities)) await bench.send(newRun(id, { priority }));
      const order: (string | undefined)[] = [];
      for (let n = 0; n < 4; n += 1) order.push((await taking(1).done)[0]?.id);
      expect(order).toEqual(bench.keepsPriorities === false ? ["a", "b", "c", "d"] : ["c", "a", "d", "b"]);
    });

    it("gives back what was not begun, for whoever comes next", async () => {
      await bench.send(newRun("a"));
      const [run] = await taking().done;
      await bench.inbox.giveBack(run === undefined ? [] : [run]);
      await waits("a");
      expect((await taking().done)[0]).toMatchObject({ id: "a", attempt: 1 });
    });
  });
}
