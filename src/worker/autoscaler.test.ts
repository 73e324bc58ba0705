import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { Autoscaler } from "./autoscaler.ts";

function scaled(bounds: { min: number; max: number }) {
  const clock = new FakeClock();
  const slots = {
    concurrency: bounds.min,
    taken: 0,
    get free() {
      return this.concurrency - this.taken;
    },
  };
  const autoscaler = new Autoscaler({
    slots,
    clock,
    bounds,
    resize: (count) => {
      slots.concurrency = count;
    },
  });
  autoscaler.start();
  return { clock, slots, autoscaler };
}

test("grows while all slots are taken, up to its most", async () => {
  const { clock, slots } = scaled({ min: 2, max: 7 });
  const seen: number[] = [];
  for (let second = 0; second < 4; second += 1) {
    slots.taken = slots.concurrency;
    await clock.advance(1_000);
    seen.push(slots.concurrency);
  }
  expect(seen).toEqual([4, 7, 7, 7]);
});

test("takes back what was not needed for half a minute, down to its least", async () => {
  const { clock, slots } = scaled({ min: 2, max: 8 });
  slots.concurrency = 8;
  slots.taken = 3;
  await clock.advance(29_000);
  expect(slots.concurrency).toBe(8);
  slots.taken = 0;
  await clock.advance(2_000);
  expect(slots.concurrency).toBe(3);
  await clock.advance(31_000);
  expect(slots.concurrency).toBe(2);
});

test("goes by new bounds at once", async () => {
  const { slots, autoscaler } = scaled({ min: 2, max: 8 });
  autoscaler.setBounds({ min: 4, max: 5 });
  expect(slots.concurrency).toBe(4);
  expect(autoscaler.bounds).toEqual({ min: 4, max: 5 });
});
