import { describe, expect, it } from "vitest";
import { addDays, type DraftDays, dayMark, ownDays, plainMark, removeDay, toggleDay } from "./draft.ts";

const holidays = { "2026-11-23": "Labour Thanksgiving Day" };
const plain: DraftDays = { weekend: [0, 6], closed: {}, open: {} };
const working = "2026-11-24";
const saturday = "2026-11-28";
const holiday = "2026-11-23";
const kindOf = (draft: DraftDays, date: string) => plainMark(draft, holidays, date).kind;

describe("the days of a calendar that is edited", () => {
  it("are closed on weekends, holidays and own dates, and open on own working days", () => {
    const draft = { ...plain, closed: { [working]: "Inventory" }, open: { [saturday]: "" } };
    expect([working, saturday, holiday, "2026-11-29", "2026-11-25"].map((date) => kindOf(draft, date))).toEqual([
      "closed",
      "open",
      "closed",
      "weekend",
      "working",
    ]);
    expect(plainMark(draft, holidays, working)).toMatchObject({ name: "Inventory", isOwn: true });
    expect(plainMark(draft, holidays, holiday)).toMatchObject({ name: "Labour Thanksgiving Day", isOwn: false });
  });

  it("change with one toggle and are as before with two", () => {
    for (const [date, after] of [
      [working, "closed"],
      [saturday, "open"],
      [holiday, "open"],
    ] as const) {
      const once = toggleDay(plain, holidays, date);
      expect(kindOf(once, date)).toBe(after);
      expect(toggleDay(once, holidays, date)).toEqual(plain);
    }
  });

  it("open an own closed date that lies on a holiday as well", () => {
    const draft = { ...plain, closed: { [holiday]: "Ours too" } };
    expect(toggleDay(draft, holidays, holiday)).toEqual({ ...plain, open: { [holiday]: "" } });
  });

  it("tell what differs from what is saved", () => {
    const saved = { days: plain, holidays };
    const changed = toggleDay(plain, holidays, working);
    expect(dayMark(changed, holidays, saved, working).isChanged).toBe(true);
    expect(dayMark(changed, holidays, saved, saturday).isChanged).toBe(false);
    expect(dayMark(plain, {}, saved, holiday).isChanged).toBe(true);
    expect(dayMark(changed, holidays, undefined, working).isChanged).toBe(false);
  });

  it("take a list of dates, of which each is either closed or a working day", () => {
    const list = [
      { date: saturday, name: "Sale" },
      { date: working, name: "" },
    ];
    const closed = addDays({ ...plain, closed: { [working]: "Inventory" }, open: { [saturday]: "" } }, list, "closed");
    expect(closed).toEqual({ ...plain, closed: { [working]: "Inventory", [saturday]: "Sale" } });
    const open = addDays(closed, [{ date: saturday, name: "" }], "open");
    expect(open).toEqual({ ...plain, closed: { [working]: "Inventory" }, open: { [saturday]: "Sale" } });
    expect(ownDays(open)).toEqual([
      { date: working, name: "Inventory", kind: "closed" },
      { date: saturday, name: "Sale", kind: "open" },
    ]);
    expect(removeDay(open, working)).toEqual({ ...plain, open: { [saturday]: "Sale" } });
  });
});
