import { breathe } from "../base/breathe.ts";
import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { dateOfDay, dayOfDate } from "../calendar/calendar-days.ts";
import { ASSUMED_DURATION_MS, type Overload, timelineSteps } from "../firing/day-timeline.ts";
import { inSlices } from "../firing/in-slices.ts";
import type { TaskGroup } from "../ledger/plan-reader.ts";
import { timeZone } from "../schedule/time-zone.ts";
import { assertZone } from "../schedule/zone-name.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import { isWorker } from "./task-directory.ts";

export interface TimelineRow {
  readonly periodicTaskId: number;
  readonly name: string;
  /** The mean of its last runs; null where none has ended: a minute is then assumed. */
  readonly meanMs: number | null;
  readonly firings: number;
  /** The first {@link SHOWN_TIMES}. */
  readonly times: readonly Instant[];
}

export interface DayTimeline {
  readonly from: Instant;
  readonly to: Instant;
  readonly zone: string;
  /** What live workers can execute at once. */
  readonly slots: number;
  /** The most that would be under way at once in each minute if there were slots for all. */
  readonly demand: Uint32Array;
  /** The most that wait for a slot in each minute. */
  readonly waiting: Uint32Array;
  readonly overloads: readonly Overload[];
  readonly runs: number;
  readonly longestWaitMs: number;
  /** Up to here it was simulated. */
  readonly simulatedTo: Instant;
  /** Those that take the most time, the first {@link SHOWN_ROWS}. */
  readonly rows: readonly TimelineRow[];
  /** Schedules that were looked at, where not all were. */
  readonly sampled: number | null;
}

const SCHEDULES_AT_MOST = 5_000;
const SHOWN_ROWS = 100;
const SHOWN_TIMES = 500;
const BUDGET_MS = 1_500;

/** How a coming day would go, from what past runs took, against what the workers can execute at once. */
export class Timelines {
  readonly #parts: CatalogParts;

  constructor(parts: CatalogParts) {
    this.#parts = parts;
  }

  /** `date` is `YYYY-MM-DD` in the zone (default: the project's). Fails with `invalid_query` and `unknown_time_zone`. */
  async day(date: string, zoneName: string = this.#parts.timeZone): Promise<DayTimeline> {
    const { readers, compile, clock } = this.#parts;
    const zone = assertZone(zoneName);
    const { from, to } = dayIn(date, zone);
    const slots = await this.#slots();
    const { groups, total } = await readers.plans.taskGroups(SCHEDULES_AT_MOST);
    const steps = timelineSteps(
      groups.map(({ plan, meanMs }) => ({ plan, count: 1, durationMs: meanMs })),
      { from, to, slots, mostListed: 0 },
      compile,
    );
    const timeline = await inSlices(steps, { monotonic: () => clock.monotonic(), breathe, budgetMs: BUDGET_MS });
    return {
      from,
      to,
      zone,
      slots,
      demand: timeline.demand,
      waiting: timeline.waiting,
      overloads: timeline.overloads,
      runs: timeline.totalRuns,
      longestWaitMs: timeline.longestWaitMs,
      simulatedTo: timeline.simulatedTo,
      rows: await this.#rows(groups, timeline.runsOfGroup, from, to),
      sampled: groups.length < total ? groups.length : null,
    };
  }

  async #slots(): Promise<number> {
    const { readers, clock } = this.#parts;
    const now = clock.now();
    return (await readers.processes.processes())
      .filter((process) => isWorker(process) && process.leaseUntil >= now)
      .reduce((sum, { info }) => sum + (typeof info.concurrency === "number" ? info.concurrency : 0), 0);
  }

  async #rows(
    groups: readonly TaskGroup[],
    runsOfGroup: readonly number[],
    from: Instant,
    to: Instant,
  ): Promise<TimelineRow[]> {
    const tasks = new Map<number, { name: string; meanMs: number | null; firings: number; groups: TaskGroup[] }>();
    for (const [index, group] of groups.entries()) {
      const firings = runsOfGroup[index] ?? 0;
      if (firings === 0) continue;
      const task = tasks.get(group.periodicTaskId);
      if (task === undefined) {
        tasks.set(group.periodicTaskId, { name: group.name, meanMs: group.meanMs, firings, groups: [group] });
      } else {
        task.firings += firings;
        task.groups.push(group);
      }
    }
    const cost = ({ meanMs, firings }: { meanMs: number | null; firings: number }) =>
      (meanMs ?? ASSUMED_DURATION_MS) * firings;
    const shown = [...tasks].sort(([, a], [, b]) => cost(b) - cost(a)).slice(0, SHOWN_ROWS);
    const rows: TimelineRow[] = [];
    for (const [periodicTaskId, { name, meanMs, firings, groups: own }] of shown) {
      rows.push({ periodicTaskId, name, meanMs, firings, times: this.#times(own, from, to) });
      await breathe();
    }
    return rows;
  }

  #times(groups: readonly TaskGroup[], from: Instant, to: Instant): Instant[] {
    const times = groups.flatMap(({ plan }) => {
      const found: Instant[] = [];
      try {
        const schedule = this.#parts.compile(plan);
        for (let at = schedule.next(from - 1); at !== undefined && at < to; at = schedule.next(at)) {
          if (found.length === SHOWN_TIMES) break;
          found.push(at);
        }
      } catch {
        // Shown as broken where its periodic task is.
      }
      return found;
    });
    return [...new Set(times)].sort((a, b) => a - b).slice(0, SHOWN_TIMES);
  }
}

function dayIn(date: string, zoneName: string): { from: Instant; to: Instant } {
  const day = dayOfDate(date);
  if (Number.isNaN(day) || dateOfDay(day) !== date) {
    const accepted = "a date that there is, as YYYY-MM-DD";
    throw new HyoshiError("invalid_query", `day '${date}' is not a date: expected ${accepted}`, {
      fields: {
        path: "?day",
        accepted,
        text: { en: `Not a date: expected ${accepted}`, ja: "日付として読めません（YYYY-MM-DD）" },
      },
    });
  }
  const zone = timeZone(zoneName);
  return { from: zone.firstAt(day * DAY_MS), to: zone.firstAt((day + 1) * DAY_MS) };
}

const DAY_MS = 86_400_000;
