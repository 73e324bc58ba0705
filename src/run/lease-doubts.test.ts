import { describe, expect, it } from "vitest";
import { LeaseDoubts } from "./lease-doubts.ts";
import { DOUBT_MS } from "./run-store.ts";

const lease = { id: 1, until: 1_000 };

describe("the doubt about a lease that has ended", () => {
  it("lasts until a living process would have renewed it", () => {
    const doubts = new LeaseDoubts();
    expect(doubts.look([lease], 2_000)).toEqual({ dead: [], doubted: [1] });
    expect(doubts.look([lease], 2_000 + DOUBT_MS - 1)).toEqual({ dead: [], doubted: [] });
    expect(doubts.look([lease], 2_000 + DOUBT_MS)).toEqual({ dead: [1], doubted: [] });
  });

  it("is none about a process that left", () => {
    expect(new LeaseDoubts().look([{ id: 1, until: 0 }], 2_000)).toEqual({ dead: [1], doubted: [] });
  });

  it("begins anew with each lease, and when nobody could renew his", () => {
    const doubts = new LeaseDoubts();
    doubts.look([lease], 2_000);
    expect(doubts.look([{ id: 1, until: 3_000 }], 2_000 + DOUBT_MS)).toEqual({ dead: [], doubted: [1] });
    doubts.clear();
    expect(doubts.look([{ id: 1, until: 3_000 }], 2_000 + 2 * DOUBT_MS)).toEqual({ dead: [], doubted: [1] });
    doubts.look([], 2_000 + 3 * DOUBT_MS);
    expect(doubts.look([{ id: 1, until: 3_000 }], 2_000 + 4 * DOUBT_MS)).toEqual({ dead: [], doubted: [1] });
  });

  it("does not wait for the time at which it began, when the clock went back behind it", () => {
    const doubts = new LeaseDoubts();
    doubts.look([lease], 1_000_000_000);
    expect(doubts.look([lease], 2_000)).toEqual({ dead: [], doubted: [1] });
    expect(doubts.look([lease], 2_000 + DOUBT_MS)).toEqual({ dead: [1], doubted: [] });
  });
});
