import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { HyoshiError } from "../../base/error.ts";
import type { Json } from "../../base/json.ts";
import type { BegunElsewhere, ObservedRun } from "../../run/observed-runs.ts";
import { foreignWorkerId } from "../foreign-workers.ts";
import type { RemoteRequest } from "../remote-control.ts";
import { UntoldEnds } from "./untold-ends.ts";

const NODE = "w1@python.example";
const worker = { id: foreignWorkerId(NODE), name: NODE };

let clock: FakeClock;
let begun: BegunElsewhere[];
let told: ObservedRun[];
let asked: RemoteRequest[];
/** What the worker answers; undefined: nothing. */
let reply: Json | undefined;
let isAway: boolean;
let ends: Map<string, ObservedRun>;
let untold: UntoldEnds;

beforeEach(() => {
  clock = new FakeClock();
  begun = [{ id: "a", worker, aliveUntil: clock.now() + 3_600_000, startedAt: clock.now() }];
  told = [];
  asked = [];
  reply = {};
  isAway = false;
  ends = new Map();
  untold = new UntoldEnds({
    clock,
    runs: {
      apply: async (runs) => {
        told.push(...runs);
        begun = begun.filter(({ id }) => !runs.some((run) => run.id === id));
        return runs.map(() => "applied" as const);
      },
      begunElsewhere: async ({ limit, after = "" }) => begun.filter(({ id }) => id > after).slice(0, limit),
    },
    remote: {
      ask: async (request) => {
        asked.push(request);
        if (isAway) throw new HyoshiError("broker_away", "the broker is away");
        return new Map(reply === undefined ? [] : [[NODE, reply]]);
      },
    },
    readEnds: async () => ends,
  });
});

async function look(times: number) {
  for (let n = 0; n < times; n += 1) {
    await clock.advance(20_000);
    await untold.look();
  }
}

describe("a run whose end nobody tells", () => {
  it("is lost when its worker has said twice that it does not have it", async () => {
    await untold.look();
    expect(asked).toEqual([]);
    await look(1);
    expect(asked).toMatchObject([{ command: "query_task", arguments: { ids: ["a"] }, to: [NODE] }]);
    expect(told).toEqual([]);
    await look(1);
    expect(told).toMatchObject([{ id: "a", state: "lost", worker, error: { name: "EndUnknown" } }]);
    expect(told[0]?.error?.message).toContain(`'${NODE}' does not have it any more`);
  });

  it("is what its result says, where that can be read", async () => {
    ends.set("a", { id: "a", state: "succeeded", result: 3 });
    await look(2);
    expect(told).toEqual([{ id: "a", state: "succeeded", result: 3 }]);
  });

  it("is kept as long as its worker has it, and cannot answer", async () => {
    reply = { a: ["active", {}] };
    await look(5);
    reply = { error: "the command is not known" };
    await look(5);
    reply = undefined;
    await look(5);
    expect(told).toEqual([]);
  });

  it("is lost a minute after its worker has gone", async () => {
    reply = undefined;
    begun = begun.map((run) => ({ ...run, aliveUntil: clock.now() + 10_000 }));
    await look(3);
    expect(told).toEqual([]);
    await look(1);
    expect(told[0]?.error?.message).toContain(`'${NODE}' is gone`);
  });

  it("is not given up for a broker that was away", async () => {
    begun = begun.map((run) => ({ ...run, aliveUntil: clock.now() + 10_000 }));
    reply = undefined;
    await look(3);
    isAway = true;
    await look(10);
    isAway = false;
    // Its worker has not found back yet.
    await look(3);
    reply = { a: ["active", {}] };
    await look(5);
    expect(told).toEqual([]);
  });

  it("is not another attempt of it", async () => {
    await look(1);
    begun = begun.map((run) => ({ ...run, startedAt: clock.now() }));
    await look(1);
    expect(told).toEqual([]);
  });

  it("is found among more than are looked at together", async () => {
    const [one] = begun;
    begun = Array.from({ length: 1_200 }, (_, n) => ({ ...(one as BegunElsewhere), id: `r${10_000 + n}` }));
    reply = { r10700: ["active", {}] };
    await look(2);
    expect(told).toHaveLength(1_199);
    expect(begun.map(({ id }) => id)).toEqual(["r10700"]);
  });
});
