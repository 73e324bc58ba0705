import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import type { Instant } from "../base/clock.ts";
import { silentLogger } from "../base/logger.ts";
import { LocalWake } from "../base/wake.ts";
import { compilePlan } from "../firing/schedule-plan.ts";
import type { FireReport, FireRequest, Ledger, WithdrawRequest } from "../ledger/ledger.ts";
import type { PeriodicTask } from "../ledger/periodic-task-store.ts";
import { Beat } from "./beat.ts";

const day = 86_400_000;

/** A ledger of bare instants, which beat is told of and takes batch by batch. */
class PlainLedger implements Ledger {
  readonly #clock: FakeClock;
  /** When it was asked to take back what lies ahead. */
  readonly withdrawals: Instant[] = [];
  due: Instant[] = [];
  readonly fired: { at: Instant; now: Instant }[] = [];
  looks = 0;
  failures = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async nextWakeAt(): Promise<Instant | undefined> {
    this.looks += 1;
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error("the disk is full");
    }
    return this.due.length === 0 ? undefined : Math.min(...this.due);
  }

  async fireDue({ now, limit }: FireRequest): Promise<FireReport> {
    const taken = this.due.filter((at) => at <= now).slice(0, limit);
    this.due = this.due.filter((at) => !taken.includes(at));
    for (const at of taken) this.fired.push({ at, now });
    return {
      schedules: taken.length,
      sent: taken.length,
      failed: 0,
      latenessMs: taken.map((at) => now - at),
      drained: taken.length < limit,
    };
  }

  warmUps = 0;

  async warmUp() {
    this.warmUps += 1;
  }

  async patrol() {
    return { mended: [], at: 0 };
  }

  async clock() {
    return this.#clock.now();
  }

  async withdraw({ now }: WithdrawRequest) {
    this.withdrawals.push(now);
    return { withdrawn: [], at: 0 };
  }
}

function arrange() {
  const clock = new FakeClock();
  const ledger = new PlainLedger(clock);
  const wake = new LocalWake();
  const told: string[] = [];
  const tell = (_fields: object, text: string) => {
    told.push(text);
  };
  const house = { sweeps: [] as Instant[], failing: false, toSwitchOff: [] as number[], switchedOff: [] as number[] };
  const beat = new Beat({
    ledger,
    wake,
    clock,
    compile: compilePlan,
    tzVersion: "2026a",
    logger: { ...silentLogger, info: tell, warn: tell, error: tell },
    runs: {
      async sweep(now) {
        house.sweeps.push(now);
        if (house.failing) throw new Error("no room");
        return { released: 0, becameReady: 0, expired: 0, lost: 0 };
      },
    },
    periodicTasks: {
      heldForFailures: async () => house.toSwitchOff,
      async setEnabled(id) {
        house.switchedOff.push(id);
        house.toSwitchOff = [];
        return { name: "nightly" } as PeriodicTask;
      },
    },
    retention: { purge: async () => ({ runs: 0, firings: 0, changes: 0, position: undefined, more: false }) },
  });
  return { clock, ledger, wake, told, house, beat };
}

describe("beat", () => {
  it("fires at the due time, not at the next tick", async () => {
    const { clock, ledger, beat } = arrange();
    ledger.due = [clock.now() + 250];
    await beat.start();
    await clock.advance(1_000);
    expect(ledger.fired).toEqual([{ at: expect.any(Number), now: ledger.fired[0]?.at }]);
    await beat.stop();
  });

  it("hears of a change at once", async () => {
    const { clock, ledger, wake, beat } = arrange();
    await beat.start();
    await clock.advance(100);
    ledger.due = [clock.now()];
    wake.tell("schedules");
    await clock.advance(0);
    expect(ledger.fired).toHaveLength(1);
    await beat.stop();
  });

  it("finds within a second what nobody told it", async () => {
    const { clock, ledger, beat } = arrange();
    await beat.start();
    await clock.advance(100);
    ledger.due = [clock.now()];
    await clock.advance(1_000);
    expect(ledger.fired).toHaveLength(1);
    await beat.stop();
  });

  it("takes batch after batch while more is due", async () => {
    const { clock, ledger, beat } = arrange();
    ledger.due = Array.from({ length: 1_000 }, (_, n) => clock.now() - n);
    await beat.start();
    await clock.advance(0);
    for (let n = 0; n < 10; n += 1) await clock.advance(0);
    expect(ledger.fired).toHaveLength(1_000);
    expect(beat.statistics).toMatchObject({ sent: 1_000, latestMs: 999 });
    await beat.stop();
  });

  it("neither spins nor sleeps too long for what is due in sixty days, longer than any timer", async () => {
    const { clock, ledger, beat } = arrange();
    const at = clock.now() + 60 * day;
    ledger.due = [at];
    await beat.start();
    await clock.advance(60_000);
    expect(ledger.fired).toEqual([]);
    expect(ledger.looks).toBeLessThan(130);
    await beat.stop();
  });

  it("tries again when the database does not answer, and says so once, and once when it is over", async () => {
    const { clock, ledger, told, beat } = arrange();
    ledger.due = [clock.now()];
    ledger.failures = 5;
    await beat.start();
    await clock.advance(10_000);
    expect(ledger.fired).toHaveLength(1);
    expect(told).toEqual([expect.stringContaining("the disk is full"), "beat fires again"]);
    await beat.stop();
  });

  it("fires although its housekeeping fails", async () => {
    const { clock, ledger, told, house, beat } = arrange();
    house.failing = true;
    ledger.due = [clock.now() + 2_500];
    await beat.start();
    await clock.advance(5_000);
    expect(ledger.fired).toHaveLength(1);
    expect(told).toEqual([expect.stringContaining("no room")]);
    await beat.stop();
  });

  it("leaves no timer behind when it is stopped, and may be stopped twice", async () => {
    const { clock, beat } = arrange();
    await beat.start();
    await clock.advance(10);
    await beat.stop();
    await beat.stop();
    expect(clock.waiting).toBe(0);
  });

  it("switches off what has failed too often, and says so", async () => {
    const { clock, told, house, beat } = arrange();
    house.toSwitchOff = [7];
    await beat.start();
    await clock.advance(3_000);
    expect(house.switchedOff).toEqual([7]);
    expect(told).toEqual(["switched 'nightly' off: too many of its runs failed in a row"]);
    await beat.stop();
  });

  it("tells how it does: asleep, how late it is, and that it fails", async () => {
    const { clock, ledger, beat } = arrange();
    await beat.start();
    await clock.advance(500);
    expect(beat.report()).toEqual({ state: "asleep", loopAgeMs: 500, oldestDueMs: 0, clockJumpMs: null });
    ledger.due = Array.from({ length: 300 }, () => clock.now() - 7_000);
    await clock.advance(500);
    expect(beat.report()).toMatchObject({ oldestDueMs: 0 });
    ledger.failures = 100;
    await clock.advance(3_000);
    expect(beat.report()).toMatchObject({ state: "failing", loopAgeMs: expect.any(Number) });
    await beat.stop();
  });
});

describe("a clock that is set", () => {
  const hour = 3_600_000;
  const year = 365 * day;

  it("forward by a year for one second neither fires nor sweeps anything of that year", async () => {
    const { clock, ledger, told, house, beat } = arrange();
    const due = clock.now() + 5_000;
    ledger.due = [due, clock.now() + 30 * day];
    await beat.start();
    await clock.advance(2_000);
    clock.jump(year);
    await clock.advance(1_000);
    expect(beat.report()).toMatchObject({ state: "holding", clockJumpMs: year });
    clock.jump(-year);
    await clock.advance(7_000);
    expect(ledger.fired).toEqual([{ at: due, now: expect.any(Number) }]);
    expect(house.sweeps.filter((now) => now > due + day)).toEqual([]);
    expect(beat.report()).toMatchObject({ state: "asleep", clockJumpMs: null });
    expect(told).toEqual([
      expect.stringContaining("the clock moved by +31536000 s against elapsed time"),
      "the clock agrees with elapsed time again: beat goes on",
    ]);
    await beat.stop();
  });

  it("forward for good holds its fire for a minute, and then goes on by it", async () => {
    const { clock, ledger, told, beat } = arrange();
    ledger.due = [clock.now() + hour / 2];
    await beat.start();
    await clock.advance(2_000);
    clock.jump(hour);
    await clock.advance(59_000);
    expect(ledger.fired).toEqual([]);
    await clock.advance(5_000);
    expect(ledger.fired).toHaveLength(1);
    expect(told.at(-1)).toBe("the clock has stayed +3600 s off for a minute: beat goes on by it");
    await beat.stop();
  });

  it("back by an hour takes back what lies ahead, once it is believed", async () => {
    const { clock, ledger, beat } = arrange();
    await beat.start();
    await clock.advance(2_000);
    expect(ledger.withdrawals).toHaveLength(1);
    clock.jump(-hour);
    await clock.advance(70_000);
    expect(ledger.withdrawals).toHaveLength(2);
    expect(ledger.withdrawals[1]).toBe(clock.now() - 70_000 + 61_000);
    ledger.due = [clock.now() + 1_000];
    await clock.advance(2_000);
    expect(ledger.fired).toHaveLength(1);
    await beat.stop();
  });

  it("again and again is never believed in between", async () => {
    const { clock, ledger, beat } = arrange();
    ledger.due = [clock.now() + 10 * hour];
    await beat.start();
    await clock.advance(1_000);
    for (let n = 0; n < 20; n += 1) {
      clock.jump(n % 2 === 0 ? 11 * hour : -11 * hour);
      await clock.advance(20_000);
      expect(ledger.fired).toEqual([]);
    }
    await beat.stop();
  });

  it("by less than a minute is a correction like any other", async () => {
    const { clock, ledger, told, beat } = arrange();
    ledger.due = [clock.now() + 30_000];
    await beat.start();
    await clock.advance(1_000);
    clock.jump(50_000);
    await clock.advance(1_000);
    clock.jump(-50_000);
    await clock.advance(1_000);
    expect(ledger.fired).toHaveLength(1);
    expect(told).toEqual([]);
    await beat.stop();
  });
});
