import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import type { Instant } from "../base/clock.ts";
import { silentLogger } from "../base/logger.ts";
import { LocalWake } from "../base/wake.ts";
import { compilePlan } from "../firing/schedule-plan.ts";
import type { FireReport, FireRequest, Ledger } from "../ledger/ledger.ts";
import { Beat } from "./beat.ts";

const day = 86_400_000;

/** A ledger of bare instants, which beat is told of and takes batch by batch. */
class PlainLedger implements Ledger {
  due: Instant[] = [];
  readonly fired: { at: Instant; now: Instant }[] = [];
  looks = 0;
  failures = 0;

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

  async patrol() {
    return { mended: [], at: 0 };
  }
}

function arrange() {
  const clock = new FakeClock();
  const ledger = new PlainLedger();
  const wake = new LocalWake();
  const told: string[] = [];
  const tell = (_fields: object, text: string) => {
    told.push(text);
  };
  const house = { sweeps: 0, failing: false };
  const beat = new Beat({
    ledger,
    wake,
    clock,
    compile: compilePlan,
    logger: { ...silentLogger, info: tell, warn: tell, error: tell },
    runs: {
      async sweep() {
        house.sweeps += 1;
        if (house.failing) throw new Error("no room");
        return { released: 0, becameReady: 0, expired: 0, lost: 0 };
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
    clock.jump(at - clock.now());
    await clock.advance(1_000);
    expect(ledger.fired).toHaveLength(1);
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
});
