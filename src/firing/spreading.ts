import type { Instant } from "../base/clock.ts";
import { expandName } from "../schedule/crontab-names.ts";
import { timeZone } from "../schedule/time-zone.ts";
import { compiled, type Forecast, type ForecastGroup, type ForecastWindow } from "./forecast.ts";
import type { Sliced } from "./in-slices.ts";
import { type Compile, isHashed } from "./schedule-plan.ts";
import { visitTimes } from "./visit-times.ts";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;

/** A group whose schedules would no longer fire all at once if each had a minute of its own. */
export interface Spreading<Group extends ForecastGroup = ForecastGroup> {
  readonly group: Group;
  /** The crontab in place of theirs: the same rhythm, at a minute that each schedule keeps as its own. */
  readonly suggested: string;
  /** Firings of the fullest minute in which the group fires. */
  readonly peakBefore: number;
  /** And of the fullest of the minutes among which it would be spread, as they are to be expected. */
  readonly peakAfter: number;
}

export interface SpreadingAdvice<Group extends ForecastGroup = ForecastGroup> {
  /** Those that lower their peak the most first. */
  readonly suggestions: readonly Spreading<Group>[];
  /** The fullest minute of all as it is, and with all of the suggestions taken, as it is to be expected. */
  readonly peakBefore: number;
  readonly peakAfter: number;
}

/**
 * A crontab with its minute spread by hash, where it names one minute of the hour or every so many minutes from a fixed one on;
 * undefined where its minutes cannot be moved without changing its rhythm.
 */
export function spreadCrontab(expression: string): string | undefined {
  const fields = (expandName(expression) ?? expression).trim().split(/\s+/);
  const [minute = "", ...rest] = fields;
  if (fields.length !== 5) return undefined;
  if (/^\d+$/.test(minute)) return ["H", ...rest].join(" ");
  const step = /^(?:\*|0-59)\/(\d+)$/.exec(minute)?.[1];
  if (step === undefined || Number(step) < 2 || HOUR_MINUTES % Number(step) !== 0) return undefined;
  return [Number(step) === HOUR_MINUTES ? "H" : `H/${step}`, ...rest].join(" ");
}

/**
 * Which groups should spread their minute, of the `candidates` largest that can: each is taken out of the forecast and laid evenly over the
 * hours in which it fires.
 *
 * @param forecast of the same groups and window
 */
export function* spreadingSteps<Group extends ForecastGroup>(
  groups: readonly Group[],
  window: ForecastWindow,
  forecast: Pick<Forecast, "perMinute">,
  compile: Compile,
  { candidates = 50, most = 10 }: { candidates?: number; most?: number } = {},
): Sliced<SpreadingAdvice<Group>> {
  const { perMinute } = forecast;
  const found: Spreading<Group>[] = [];
  const after = Float64Array.from(perMinute);
  const able = groups
    .filter(({ plan, count }) => count > 1 && suggestionFor(plan.definition) !== undefined)
    .sort((a, b) => b.count - a.count)
    .slice(0, candidates);
  for (const group of able) {
    const moved = yield* movedBy(group, window, compile);
    const suggested = suggestionFor(group.plan.definition);
    if (suggested === undefined || moved === undefined) continue;
    let peakBefore = 0;
    let peakAfter = 0;
    for (let minute = 0; minute < perMinute.length; minute += 1) {
      const leaves = moved.leaves[minute] as number;
      const comes = moved.comes[minute] as number;
      const now = perMinute[minute] as number;
      if (leaves > 0) peakBefore = Math.max(peakBefore, now);
      // An estimate may say less than what leaves.
      if (leaves > 0 || comes > 0) peakAfter = Math.max(peakAfter, Math.max(now - leaves, 0) + comes);
    }
    peakAfter = Math.ceil(peakAfter);
    if (peakAfter < peakBefore) {
      found.push({ group, suggested, peakBefore, peakAfter });
      for (let minute = 0; minute < after.length; minute += 1) {
        const kept = Math.max((after[minute] as number) - (moved.leaves[minute] as number), 0);
        after[minute] = kept + (moved.comes[minute] as number);
      }
    }
    if ((yield) === true) break;
  }
  return {
    suggestions: found.sort((a, b) => b.peakBefore - b.peakAfter - (a.peakBefore - a.peakAfter)).slice(0, most),
    peakBefore: highest(perMinute),
    peakAfter: Math.ceil(highest(after)),
  };
}

function suggestionFor(definition: ForecastGroup["plan"]["definition"]): string | undefined {
  return definition.kind === "crontab" && !isHashed(definition) ? spreadCrontab(definition.expression) : undefined;
}

/** What a group's firings take from each minute, and what they add when they are laid evenly over the hours of its zone's clock. */
function* movedBy(
  { plan, count }: ForecastGroup,
  { from, to }: ForecastWindow,
  compile: Compile,
): Generator<void, { leaves: Float64Array; comes: Float64Array } | undefined, boolean | undefined> {
  const schedule = compiled(plan, compile);
  if (schedule === undefined) return undefined;
  const minutes = Math.max(0, Math.ceil((to - from) / MINUTE_MS));
  const leaves = new Float64Array(minutes);
  const comes = new Float64Array(minutes);
  const zone = timeZone(plan.zone);
  const share = count / HOUR_MINUTES;
  yield* visitTimes(schedule, from, to - 1, (at: Instant) => {
    const minute = Math.floor((at - from) / MINUTE_MS);
    leaves[minute] = (leaves[minute] as number) + count;
    const pastHour = Math.floor(zone.localAt(at) / MINUTE_MS) % HOUR_MINUTES;
    const hour = minute - ((pastHour + HOUR_MINUTES) % HOUR_MINUTES);
    for (let of = Math.max(hour, 0); of < Math.min(hour + HOUR_MINUTES, minutes); of += 1) {
      comes[of] = (comes[of] as number) + share;
    }
  });
  return { leaves, comes };
}

function highest(counts: Uint32Array | Float64Array): number {
  let most = 0;
  for (const count of counts) if (count > most) most = count;
  return most;
}
