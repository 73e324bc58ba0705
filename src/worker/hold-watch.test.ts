import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../test/support/fake-clock.ts";
import { type Hold, HoldWatch } from "./hold-watch.ts";

let clock: FakeClock;
let holds: Hold[];
let queues: string[];
let taken: Set<string>;
let watch: HoldWatch;

const hold = (scope: Hold["scope"], scopeId: string, changes: Partial<Hold> = {}): Hold => ({
  ...{ scope, scopeId, fromAt: clock.now(), untilAt: null, by: "ann", reason: "a deploy" },
  ...changes,
});

beforeEach(async () => {
  clock = new FakeClock();
  holds = [];
  queues = ["a", "b"];
  watch = new HoldWatch({
    holds: async () => holds,
    ...{ clock, name: "one", host: "h1", queues: () => queues },
    inbox: () => ({
      addQueue: async (queue) => void taken.add(queue),
      removeQueue: async (queue) => void taken.delete(queue),
    }),
    failing: (error) => {
      throw error;
    },
  });
  taken = new Set(await watch.begin());
});

describe("a worker", () => {
  it("takes nothing from a paused queue, and takes again once the pause is over", async () => {
    holds = [hold("queue", "a", { untilAt: clock.now() + 60_000 })];
    await watch.look();
    expect([...taken]).toEqual(["b"]);
    await clock.advance(60_001);
    // The pause has ended by itself, whether or not the store still tells of it.
    await watch.look();
    expect([...taken].sort()).toEqual(["a", "b"]);
  });

  it("takes nothing at all while it or its host is drained", async () => {
    holds = [hold("worker", "one")];
    await watch.look();
    expect([taken.size, watch.drain?.scope]).toEqual([0, "worker"]);
    holds = [hold("host", "h1", { fromAt: 0 })];
    await watch.look();
    expect([taken.size, watch.drain?.scope]).toEqual([0, "host"]);
    holds = [hold("worker", "two"), hold("host", "h2")];
    await watch.look();
    expect([taken.size, watch.drain]).toEqual([2, undefined]);
  });

  it("is not drained by what was said to an earlier one of its name", async () => {
    holds = [hold("worker", "one", { fromAt: clock.now() - 1 })];
    await watch.look();
    expect(taken.size).toBe(2);
  });

  it("takes from a queue that it was given meanwhile only when that is open", async () => {
    holds = [hold("queue", "c")];
    await watch.look();
    queues = ["b", "c"];
    await watch.apply();
    expect([...taken]).toEqual(["b"]);
    holds = [];
    await watch.look();
    expect([...taken]).toEqual(["b", "c"]);
  });

  it("looks at a hint, and not more often than each tenth of a second", async () => {
    await clock.advance(1_000);
    holds = [hold("queue", "a")];
    watch.hear();
    await clock.advance(1);
    await settle();
    expect([...taken]).toEqual(["b"]);
    holds = [];
    watch.hear();
    watch.hear();
    await clock.advance(50);
    await settle();
    expect([...taken]).toEqual(["b"]);
    await clock.advance(60);
    await settle();
    expect([...taken].sort()).toEqual(["a", "b"]);
  });
});
