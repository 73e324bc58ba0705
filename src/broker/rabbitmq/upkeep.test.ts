import type { ChannelModel } from "amqplib";
import { describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../../test/support/fake-clock.ts";
import { HyoshiError } from "../../base/error.ts";
import { silentLogger } from "../../base/logger.ts";
import type { RabbitConnection } from "./rabbit-connection.ts";
import { Upkeep } from "./upkeep.ts";

/** A connection that is there when the test says so. */
class Line {
  model: ChannelModel | undefined;
  #heard: () => void = () => {};

  comes(name: string): void {
    this.model = { name } as never;
    this.#heard();
  }

  goes(): void {
    this.model = undefined;
    this.#heard();
  }

  onChange(heard: () => void): () => void {
    this.#heard = heard;
    return () => {
      this.#heard = () => {};
    };
  }

  async connected(): Promise<ChannelModel> {
    if (this.model === undefined) throw new HyoshiError("broker_away", "there is none");
    return this.model;
  }
}

function bench() {
  const clock = new FakeClock();
  const line = new Line();
  const done: string[] = [];
  const faults: (Error | undefined)[] = [];
  const during: (() => void)[] = [];
  const upkeep = new Upkeep({
    connection: line as unknown as RabbitConnection,
    clock,
    logger: silentLogger,
    what: "something",
    async setUp(model) {
      await settle(1);
      during.shift()?.();
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      done.push((model as unknown as { name: string }).name);
    },
  });
  return { clock, line, done, faults, during, upkeep };
}

describe("Upkeep", () => {
  it("sets up at the beginning, and on each connection that follows", async () => {
    const { line, done, upkeep } = bench();
    line.comes("first");
    await upkeep.begin();
    line.goes();
    line.comes("second");
    await settle();
    expect(done).toEqual(["first", "second"]);
  });

  it("fails with hyoshi's own errors, and tries the others again", async () => {
    const { line, upkeep, faults, done, clock } = bench();
    await expect(upkeep.begin()).rejects.toThrow("there is none");
    line.comes("first");
    faults.push(new Error("the channel ended"));
    const beginning = upkeep.now();
    await clock.advance(100);
    await beginning;
    expect(done).toEqual(["first"]);
  });

  it("sets up again what has broken, with pauses that grow up to five seconds", async () => {
    const { line, upkeep, faults, done, clock } = bench();
    line.comes("first");
    await upkeep.begin();
    faults.push(...Array.from({ length: 9 }, () => new Error("not now")));
    upkeep.again();
    const tries: number[] = [];
    const began = clock.monotonic();
    for (let left = faults.length; done.length < 2; ) {
      await clock.advance(100);
      if (faults.length !== left) tries.push(clock.monotonic() - began);
      left = faults.length;
    }
    expect(tries).toEqual([100, 300, 700, 1_500, 3_100, 6_300, 11_300, 16_300, 21_300]);
  });

  it("hears what breaks while it sets up, and a connection that changes meanwhile", async () => {
    const { line, upkeep, during, done, clock } = bench();
    during.push(() => upkeep.again());
    line.comes("first");
    await upkeep.begin();
    expect(done).toEqual(["first"]);
    during.push(() => {
      line.goes();
      line.comes("second");
    });
    await clock.advance(100);
    await clock.advance(10_000);
    expect(done).toEqual(["first", "first", "second"]);
  });

  it("is quick again after what it set up has held for a while", async () => {
    const { line, upkeep, done, clock } = bench();
    line.comes("first");
    await upkeep.begin();
    for (const pause of [100, 200, 400]) {
      upkeep.again();
      await clock.advance(pause - 1);
      const before = done.length;
      await clock.advance(1);
      expect(done.length).toBe(before + 1);
    }
    await clock.advance(5_000);
    upkeep.again();
    await clock.advance(100);
    expect(done.length).toBe(5);
  });

  it("does nothing more once it is stopped", async () => {
    const { line, upkeep, done, clock } = bench();
    line.comes("first");
    await upkeep.begin();
    upkeep.again();
    await upkeep.stop();
    line.goes();
    line.comes("second");
    await clock.advance(60_000);
    expect(done).toEqual(["first"]);
  });
});
