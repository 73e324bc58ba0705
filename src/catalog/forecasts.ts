import type { Bilingual } from "../base/bilingual.ts";
import { breathe } from "../base/breathe.ts";
import type { Instant } from "../base/clock.ts";
import { type ForecastGroup, forecastSteps, groupsInMinute, peaksOf } from "../firing/forecast.ts";
import { inSlices, type Sliced } from "../firing/in-slices.ts";
import { planKey, type SchedulePlan } from "../firing/schedule-plan.ts";
import { type Spreading, spreadingSteps } from "../firing/spreading.ts";
import type { PlanGroup, PlanGroups } from "../ledger/plan-reader.ts";
import { describeSchedule } from "../schedule/describe.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import { spreadText } from "./spread-words.ts";
import { readTaskDirectory } from "./task-directory.ts";

export interface ForecastRequest {
  /** Default: now. Cut to the minute. */
  readonly from?: Instant;
  /** Only of the periodic tasks that send to it. */
  readonly queue?: string;
  /** Only of those that have it. */
  readonly tag?: string;
}

export interface PeriodicTaskName {
  readonly id: number;
  readonly name: string;
}

export interface SpreadingSuggestion {
  readonly plan: SchedulePlan;
  readonly schedules: number;
  readonly suggested: string;
  readonly text: Bilingual;
  readonly peakBefore: number;
  readonly peakAfter: number;
  readonly periodicTasks: readonly PeriodicTaskName[];
}

export interface WeekForecast {
  readonly from: Instant;
  readonly perMinute: Uint32Array;
  readonly schedules: number;
  readonly plans: number;
  /** How many plans were computed, where not all were: the counts are then an estimate. */
  readonly sampled: number | null;
  readonly peaks: readonly { readonly at: Instant; readonly firings: number }[];
  readonly suggestions: readonly SpreadingSuggestion[];
}

export interface MinuteForecast {
  readonly at: Instant;
  readonly firings: number;
  readonly groups: readonly {
    readonly plan: SchedulePlan;
    readonly description: Bilingual;
    readonly firings: number;
    readonly schedules: number;
    readonly periodicTasks: readonly PeriodicTaskName[];
  }[];
}

interface Group extends ForecastGroup {
  readonly plan: SchedulePlan;
}

interface Groups {
  readonly groups: readonly Group[];
  readonly schedules: number;
  readonly plans: number;
  /** Plans that were read, where there are more. */
  readonly read: number | null;
}

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;
/** Plans with the most schedules, which are computed for themselves, and of the others a sample. */
const LARGEST = 500;
const OTHERS = 10_000;
const PEAKS = 20;
const SUGGESTIONS = 10;
const EXAMPLES = 10;
const SHOWN_GROUPS = 20;
/** Whoever asks waits about so long; what is not computed by then is estimated. */
const FORECAST_BUDGET_MS = 1_200;
const SPREADING_BUDGET_MS = 400;
/** Plans do not change while one looks through the minutes of a map. */
const KEPT_MS = 5_000;

/** How much fires when, over all schedules that are on. */
export class Forecasts {
  readonly #parts: CatalogParts;
  #kept: { key: string; at: number; groups: Promise<Groups> } | undefined;

  constructor(parts: CatalogParts) {
    this.#parts = parts;
  }

  /** The coming week by the minute, and what would lower its peaks. */
  async week(request: ForecastRequest = {}): Promise<WeekForecast> {
    const { compile, clock } = this.#parts;
    const from = Math.floor((request.from ?? clock.now()) / MINUTE_MS) * MINUTE_MS;
    const window = { from, to: from + WEEK_MS };
    const { groups, schedules, plans, read } = await this.#groups(request);
    const forecast = await this.#slices(forecastSteps(groups, window, compile), FORECAST_BUDGET_MS);
    const steps = spreadingSteps(groups, window, forecast, compile, { most: SUGGESTIONS });
    const { suggestions } = await this.#slices(steps, SPREADING_BUDGET_MS);
    const isEstimate = read !== null || forecast.computedGroups < groups.length;
    return {
      from,
      perMinute: forecast.perMinute,
      schedules,
      plans,
      sampled: isEstimate ? forecast.computedGroups : null,
      peaks: peaksOf(forecast, from, PEAKS),
      suggestions: await Promise.all(suggestions.map((one) => this.#suggestion(one))),
    };
  }

  /** What fires in one minute. */
  async minute({ at: given, ...filter }: { readonly at: Instant } & ForecastRequest): Promise<MinuteForecast> {
    const at = Math.floor(given / MINUTE_MS) * MINUTE_MS;
    const { groups } = await this.#groups(filter);
    const steps = groupsInMinute(groups, at, this.#parts.compile, SHOWN_GROUPS);
    const found = await this.#slices(steps, FORECAST_BUDGET_MS);
    return {
      at,
      firings: Math.round(found.firings),
      groups: await Promise.all(
        found.groups.map(async ({ group, firings }) => ({
          plan: group.plan,
          description: describe(group.plan),
          firings: Math.round(firings),
          schedules: Math.round(group.count),
          periodicTasks: await this.#examples(group.plan),
        })),
      ),
    };
  }

  async #suggestion({ group, suggested, peakBefore, peakAfter }: Spreading<Group>): Promise<SpreadingSuggestion> {
    const { plan, count } = group;
    return {
      plan,
      schedules: Math.round(count),
      suggested,
      text: spreadText(plan, Math.round(count), suggested),
      peakBefore,
      peakAfter,
      periodicTasks: await this.#examples(plan),
    };
  }

  #examples(plan: SchedulePlan): Promise<readonly PeriodicTaskName[]> {
    return this.#parts.readers.plans.examples(plan, EXAMPLES);
  }

  #groups({ queue, tag }: ForecastRequest): Promise<Groups> {
    const { clock } = this.#parts;
    const key = JSON.stringify([queue, tag]);
    const now = clock.monotonic();
    if (this.#kept !== undefined && this.#kept.key === key && now - this.#kept.at < KEPT_MS) return this.#kept.groups;
    const groups = this.#read({ ...(queue !== undefined && { queue }), ...(tag !== undefined && { tag }) });
    this.#kept = { key, at: now, groups };
    // A failure is nobody's to keep.
    groups.catch(() => {
      this.#kept = undefined;
    });
    return groups;
  }

  async #read({ queue, tag }: ForecastRequest): Promise<Groups> {
    const { readers, clock, defaultQueue } = this.#parts;
    const directory =
      queue === undefined ? undefined : await readTaskDirectory(readers.processes, { now: clock.now(), defaultQueue });
    const found = await readers.plans.groups({
      largest: LARGEST,
      others: OTHERS,
      filter: {
        ...(tag !== undefined && { tag }),
        ...(directory !== undefined && queue !== undefined && { queue: directory.goingTo(queue) }),
      },
    });
    return weighted(found);
  }

  #slices<Result>(computation: Sliced<Result>, budgetMs: number): Promise<Result> {
    const { clock } = this.#parts;
    return inSlices(computation, { monotonic: () => clock.monotonic(), breathe, budgetMs });
  }
}

/** One group for each plan; where not all were read, those of the sample stand for the others as well. */
function weighted({ groups, total, schedules }: PlanGroups): Groups {
  const large = groups.filter(({ isLargest }) => isLargest);
  const sample = groups.filter(({ isLargest }) => !isLargest);
  const sizeOf = (some: readonly PlanGroup[]) => some.reduce((sum, one) => sum + one.schedules, 0);
  const isAll = groups.length >= total;
  const scale = isAll || sample.length === 0 ? 1 : (schedules - sizeOf(large)) / sizeOf(sample);
  const merged = new Map<string, Group>();
  for (const { plan, schedules: own, isLargest } of groups) {
    const key = planKey(plan);
    const count = (merged.get(key)?.count ?? 0) + own * (isLargest ? 1 : scale);
    merged.set(key, { plan, count });
  }
  return {
    groups: [...merged.values()],
    schedules,
    plans: isAll ? merged.size : total,
    read: isAll ? null : groups.length,
  };
}

function describe({ definition, zone, uid }: SchedulePlan): Bilingual {
  const tell = (language: "en" | "ja") => {
    try {
      return describeSchedule(definition, zone, language, { showZone: true, seed: uid });
    } catch {
      return JSON.stringify(definition);
    }
  };
  return { en: tell("en"), ja: tell("ja") };
}
