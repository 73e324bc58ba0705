import { describe, expect, it } from "vitest";
import { ClockGuard, type ClockVerdict } from "./clock-guard.ts";

const start = Date.UTC(2027, 0, 1);
const minute = 60_000;
const year = 365 * 24 * 60 * minute;

function arrange() {
  let elapsed = 0;
  let offset = 0;
  const guard = new ClockGuard(() => elapsed);
  return {
    /** Sets the clock, against elapsed time. */
    set(ms: number) {
      offset += ms;
    },
    /** Lets time pass, second by second; answers the last verdict. */
    pass(ms: number): ClockVerdict {
      let verdict = guard.look(start + elapsed + offset);
      for (let n = 0; n < ms; n += 1_000) {
        elapsed += 1_000;
        verdict = guard.look(start + elapsed + offset);
        if (verdict.state === "accepted") return verdict;
      }
      return verdict;
    },
    elapsed: () => elapsed,
  };
}

describe("a clock's reading", () => {
  it("agrees while it goes as elapsed time does, corrected a little or much slower than it", () => {
    const { pass, set } = arrange();
    expect(pass(10 * minute)).toEqual({ state: "agrees", resumed: false });
    for (let n = 0; n < 100; n += 1) {
      set(20_000);
      expect(pass(1_000).state).toBe("agrees");
    }
    set(-minute);
    expect(pass(1_000).state).toBe("agrees");
  });

  it("a year ahead for one second is never acted on", () => {
    const { pass, set } = arrange();
    pass(minute);
    set(year);
    expect(pass(1_000)).toEqual({ state: "held", jumpMs: year });
    set(-year);
    expect(pass(0)).toEqual({ state: "agrees", resumed: true });
    expect(pass(0)).toEqual({ state: "agrees", resumed: false });
  });

  it("is believed when it has stayed steady for a minute, wherever it went", () => {
    for (const jump of [60 * minute, -60 * minute, year]) {
      const { pass, set, elapsed } = arrange();
      pass(minute);
      set(jump);
      expect(pass(59_000).state).toBe("held");
      const verdict = pass(10_000);
      expect(verdict).toMatchObject({ state: "accepted", jumpMs: jump, to: start + elapsed() + jump });
      expect(verdict).toMatchObject({ from: start + elapsed() });
      expect(pass(0)).toEqual({ state: "agrees", resumed: false });
    }
  });

  it("is doubted anew each time it is set again", () => {
    const { pass, set } = arrange();
    pass(minute);
    for (let n = 0; n < 5; n += 1) {
      set(10 * minute);
      expect(pass(45_000).state).toBe("held");
    }
    expect(pass(minute).state).toBe("accepted");
  });
});
