import type { DayMark } from "../year/day-mark.ts";
import { weekdayOf } from "../year/plain-date.ts";
import type { ListedDay } from "./date-list.ts";

/** Dates and their names. */
export type NamedDays = Readonly<Record<string, string>>;

/** What decides whether a day is open, as it is typed. */
export interface DraftDays {
  /** 0 is Sunday. */
  weekend: readonly number[];
  /** Own dates on which the calendar is closed. */
  closed: NamedDays;
  /** Own working days, whatever the weekend and the holidays say. */
  open: NamedDays;
}

type Plain = Pick<DayMark, "kind" | "name" | "isOwn">;

/** An own working day wins over everything, an own closed date over the holidays and the weekend. */
export function plainMark({ weekend, closed, open }: DraftDays, holidays: NamedDays, date: string): Plain {
  const isShut = holidays[date] !== undefined || weekend.includes(weekdayOf(date));
  if (open[date] !== undefined) {
    return { kind: isShut ? "open" : "working", name: open[date] || (holidays[date] ?? ""), isOwn: true };
  }
  if (closed[date] !== undefined) return { kind: "closed", name: closed[date] || (holidays[date] ?? ""), isOwn: true };
  if (holidays[date] !== undefined) return { kind: "closed", name: holidays[date], isOwn: false };
  return { kind: isShut ? "weekend" : "working", name: "", isOwn: false };
}

const isShut = ({ kind }: Plain) => kind === "closed" || kind === "weekend";

/** The days of the calendar that is saved, beside which a draft is looked at. */
export interface SavedDays {
  days: DraftDays;
  holidays: NamedDays;
}

export function dayMark(draft: DraftDays, holidays: NamedDays, saved: SavedDays | undefined, date: string): DayMark {
  const mark = plainMark(draft, holidays, date);
  const was = saved && plainMark(saved.days, saved.holidays, date);
  return { ...mark, isChanged: was !== undefined && (isShut(was) !== isShut(mark) || was.isOwn !== mark.isOwn) };
}

const without = (days: NamedDays, date: string): NamedDays =>
  Object.fromEntries(Object.entries(days).filter(([one]) => one !== date));

/** Closes a day that is open, opens one that is closed; a second time takes it back. */
export function toggleDay(draft: DraftDays, holidays: NamedDays, date: string): DraftDays {
  const bare = removeDay(draft, date);
  if (isShut(plainMark(draft, holidays, date))) {
    return isShut(plainMark(bare, holidays, date)) ? { ...bare, open: { ...bare.open, [date]: "" } } : bare;
  }
  return isShut(plainMark(bare, holidays, date)) ? bare : { ...bare, closed: { ...bare.closed, [date]: "" } };
}

export type OwnKind = "closed" | "open";

/** Adds own dates, or makes them of this kind; a date that is there keeps its name unless the list has one. */
export function addDays(draft: DraftDays, days: readonly ListedDay[], kind: OwnKind): DraftDays {
  let added = draft;
  for (const { date, name } of days) {
    const known = added.closed[date] ?? added.open[date] ?? "";
    const bare = removeDay(added, date);
    added = { ...bare, [kind]: { ...bare[kind], [date]: name === "" ? known : name } };
  }
  return added;
}

export function removeDay(draft: DraftDays, date: string): DraftDays {
  return { ...draft, closed: without(draft.closed, date), open: without(draft.open, date) };
}

export interface OwnDay extends ListedDay {
  kind: OwnKind;
}

/** The own dates, the earliest first. */
export function ownDays({ closed, open }: Pick<DraftDays, "closed" | "open">): OwnDay[] {
  const of = (days: NamedDays, kind: OwnKind) => Object.entries(days).map(([date, name]) => ({ date, name, kind }));
  return [...of(closed, "closed"), ...of(open, "open")].sort((a, b) => (a.date < b.date ? -1 : 1));
}
