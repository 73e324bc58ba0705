import type { Instant } from "../base/clock.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { atOnce, type Sliced } from "./in-slices.ts";
import type { Compile, SchedulePlan } from "./schedule-plan.ts";
import { visitTimes } from "./visit-times.ts";

const MINUTE_MS = 60_000;

/** Schedules that share everything that their times follow from. */
export interface ForecastGroup {
  readonly plan: SchedulePlan;
  /** How many schedules. */
  readonly count: number;
}

export interface ForecastWindow {
  /** Minutes are counted from here. */
  readonly from: Instant;
  /** Excluded. */
  readonly to: Instant;
}

/** How often schedules fire together. */
export interface Forecast {
  /** Firings in each minute from `from` on: counted, or estimated where {@link Forecast.share} is below 1. */
  readonly perMinute: Uint32Array;
  readonly groups: number;
  readonly schedules: number;
  /** How many of them were computed. */
  readonly computedGroups: number;
  readonly computedSchedules: number;
  /** The schedules that were computed, of all: 1 where nothing is estimated. */
  readonly share: number;
  /** Groups that cannot be computed; they count as computed, and fire never. */
  readonly failed: number;
}

/** The largest groups are computed first and for themselves; the others stand for each other where time runs out. */
const LARGEST = 500;

/**
 * Counts the firings of each minute. Equal plans are computed once. Whoever drives the computation may stop it: what was not computed is
 * then estimated from the groups that were, the largest 500 groups apart from the others, of which a fixed random sample is
 * computed.
 */
export function* forecastSteps(
  groups: readonly ForecastGroup[],
  window: ForecastWindow,
  compile: Compile,
): Sliced<Forecast> {
  const minutes = Math.max(0, Math.ceil((window.to - window.from) / MINUTE_MS));
  const bySize = groups.map((_, index) => index).sort((a, b) => sizeOf(groups, b) - sizeOf(groups, a));
  const strata = [bySize.slice(0, LARGEST), shuffled(bySize.slice(LARGEST))];
  const total = new Float64Array(minutes);
  const outcome = { computedGroups: 0, computedSchedules: 0, failed: 0 };
  let stopped = false;
  for (const stratum of strata) {
    const counted = new Float64Array(minutes);
    let computed = 0;
    let known = 0;
    for (const index of stratum) {
      if (stopped) break;
      const group = groups[index] as ForecastGroup;
      if (yield* addGroup(group, window, compile, counted)) outcome.failed += 1;
      computed += 1;
      known += group.count;
      stopped = (yield) === true;
    }
    const all = stratum.reduce((sum, index) => sum + sizeOf(groups, index), 0);
    const scale = known === 0 ? 0 : all / known;
    for (let minute = 0; minute < minutes; minute += 1) {
      total[minute] = (total[minute] as number) + (counted[minute] as number) * scale;
    }
    outcome.computedGroups += computed;
    outcome.computedSchedules += known;
  }
  const schedules = groups.reduce((sum, { count }) => sum + count, 0);
  return {
    perMinute: Uint32Array.from(total, Math.round),
    groups: groups.length,
    schedules,
    ...outcome,
    share: schedules === 0 ? 1 : outcome.computedSchedules / schedules,
  };
}

/** All of it at once. */
export function forecast(groups: readonly ForecastGroup[], window: ForecastWindow, compile: Compile): Forecast {
  return atOnce(forecastSteps(groups, window, compile));
}

/** @returns whether the group cannot be computed */
function* addGroup(
  { plan, count }: ForecastGroup,
  { from, to }: ForecastWindow,
  compile: Compile,
  counted: Float64Array,
): Generator<void, boolean, boolean | undefined> {
  const schedule = compiled(plan, compile);
  if (schedule === undefined) return true;
  yield* visitTimes(schedule, from, to - 1, (at) => {
    const minute = Math.floor((at - from) / MINUTE_MS);
    counted[minute] = (counted[minute] as number) + count;
  });
  return false;
}

/** A minute and how much fires in it. */
export interface MinuteFirings {
  readonly at: Instant;
  readonly firings: number;
}

/** The fullest minutes of a forecast, the fullest first and earlier ones before later ones of the same height. */
export function peaksOf({ perMinute }: Pick<Forecast, "perMinute">, from: Instant, most: number): MinuteFirings[] {
  const peaks: MinuteFirings[] = [];
  for (const [minute, firings] of perMinute.entries()) {
    const lowest = peaks.length < most ? 0 : (peaks.at(-1)?.firings ?? 0);
    if (firings <= lowest) continue;
    let index = peaks.length;
    while (index > 0 && (peaks[index - 1] as MinuteFirings).firings < firings) index -= 1;
    peaks.splice(index, 0, { at: from + minute * MINUTE_MS, firings });
    if (peaks.length > most) peaks.pop();
  }
  return peaks;
}

/** What a group adds to one minute. */
export interface GroupFirings<Group extends ForecastGroup = ForecastGroup> {
  readonly group: Group;
  readonly firings: number;
}

/** The groups that fire in the minute from `at` on, those with the most firings first; and how many firings all have together. */
export function* groupsInMinute<Group extends ForecastGroup>(
  groups: readonly Group[],
  at: Instant,
  compile: Compile,
  most: number,
): Sliced<{ readonly firings: number; readonly groups: readonly GroupFirings<Group>[] }> {
  const found: GroupFirings<Group>[] = [];
  let firings = 0;
  for (const [index, group] of groups.entries()) {
    const times = compiled(group.plan, compile)?.count(at, at + MINUTE_MS - 1, MINUTE_MS) ?? 0;
    if (times > 0) {
      firings += times * group.count;
      found.push({ group, firings: times * group.count });
    }
    if (index % 20 === 19 && (yield) === true) break;
  }
  return { firings, groups: found.sort((a, b) => b.firings - a.firings).slice(0, most) };
}

/** Undefined for a plan that cannot be computed: one bad row hides nothing of the others. */
export function compiled(plan: SchedulePlan, compile: Compile): Schedule | undefined {
  try {
    return compile(plan);
  } catch {
    return undefined;
  }
}

function sizeOf(groups: readonly ForecastGroup[], index: number): number {
  return groups[index]?.count ?? 0;
}

/** In an order that has nothing to do with what the numbers stand for, and is always the same. */
function shuffled(indices: number[]): number[] {
  let state = 0x9e3779b9;
  for (let last = indices.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    const kept = indices[last] as number;
    indices[last] = indices[other] as number;
    indices[other] = kept;
  }
  return indices;
}
