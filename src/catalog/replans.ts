import type { Actor } from "../account/permission.ts";
import { breathe } from "../base/breathe.ts";
import type { Instant } from "../base/clock.ts";
import { type HyoshiError, isHyoshiError } from "../base/error.ts";
import { type FieldError, fieldErrorOf, invalid, pointer } from "../base/field-error.ts";
import { decide } from "../firing/decide.ts";
import { nextNamed } from "../firing/named-times.ts";
import { compilePlan } from "../firing/schedule-plan.ts";
import type { OutdatedPlans, PlannedRow, PlanSelection } from "../ledger/plan-reader.ts";
import { assertZone } from "../schedule/zone-name.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import { type ChangePlan, localEffect, type PlanEffects, planEffects } from "./plan-effects.ts";

export interface ReplanReport {
  readonly replanned: number;
  /** Those that wait for another instant now. */
  readonly changed: number;
  /** The first 100 that could not be planned so. */
  readonly failed: readonly { readonly scheduleId: number; readonly error: HyoshiError }[];
}

export type Zones = Readonly<Record<string, string>>;

const READ_AT_ONCE = 200;
/** Each is a write transaction of some milliseconds. */
const REPLANNED_AT_ONCE = 25;
const FIRED_AT_ONCE = 200;
const MOST_BATCHES = 20;
const MOST_FAILURES = 100;

/** Plans schedules anew that nobody edited: after an update of the tz database, a change of zone, an edit of their calendar. */
export class Replans {
  readonly #parts: CatalogParts;

  constructor(parts: CatalogParts) {
    this.#parts = parts;
  }

  /** Of this process. */
  get tzVersion(): string {
    return this.#parts.tzVersion;
  }

  /** What was planned with another tz database than this process has, or before an edit of its calendar. */
  outdated(): Promise<OutdatedPlans> {
    return this.#parts.readers.plans.outdated(this.#parts.tzVersion);
  }

  /**
   * What planning anew would change. For another zone: times of the coming year. For another tz database: the time that a
   * schedule waits for, since the older database is not there to compare with. Fails with `invalid`.
   */
  async preview(given: Zones): Promise<PlanEffects> {
    const zones = checkZones(given);
    if (Object.keys(zones).length > 0) {
      return this.effects({ kind: "zones", zones }, (plan) => ({ ...plan, zone: zones[plan.zone] ?? plan.zone }));
    }
    const { selections } = await this.outdated();
    const all: PlanEffects[] = [];
    for (const selection of selections) all.push(await this.#effectsOfWaiting(selection));
    return all.reduce(sum, { schedules: 0, changed: 0, effects: [], lookedAt: null });
  }

  /** What a change of the plans of the selected schedules does to their times of the coming year. */
  async effects(selection: PlanSelection, change: ChangePlan): Promise<PlanEffects> {
    const { plans } = this.#parts.readers;
    return planEffects({
      schedules: await plans.count(selection, Number.MAX_SAFE_INTEGER),
      page: (after) => plans.select(selection, { after, limit: READ_AT_ONCE }),
      change,
      now: this.#parts.clock.now(),
      clock: this.#parts.clock,
    });
  }

  /** Plans anew what `preview` tells of. Whoever was interrupted calls it again. Fails with `invalid`. */
  async run(given: Zones, by: Actor): Promise<ReplanReport> {
    const zones = checkZones(given);
    const selections: readonly PlanSelection[] =
      Object.keys(zones).length > 0 ? [{ kind: "zones", zones }] : (await this.outdated()).selections;
    return this.replan(selections, by);
  }

  /** Plans the selected schedules anew, a batch at a time. */
  async replan(selections: readonly PlanSelection[], by: Actor): Promise<ReplanReport> {
    const { replanner, wake } = this.#parts;
    let replanned = 0;
    let changed = 0;
    const failed: ReplanReport["failed"][number][] = [];
    for (const selection of selections) {
      let after = 0;
      do {
        const now = await this.#fireDue();
        const batch = await replanner.replan(selection, { after, limit: REPLANNED_AT_ONCE }, { now, by });
        replanned += batch.replanned;
        changed += batch.changed;
        failed.push(...batch.failed.slice(0, MOST_FAILURES - failed.length));
        after = batch.at;
        await breathe();
      } while (after !== 0);
    }
    wake.tell("schedules");
    return { replanned, changed, failed };
  }

  async #effectsOfWaiting(selection: PlanSelection): Promise<PlanEffects> {
    const { plans } = this.#parts.readers;
    const schedules = await plans.count(selection, Number.MAX_SAFE_INTEGER);
    const effects = [];
    let after = 0;
    for (;;) {
      const rows = await plans.select(selection, { after, limit: READ_AT_ONCE });
      for (const row of rows) {
        const at = row.on ? waitsFor(row) : row.nextAt;
        if (at === row.nextAt) continue;
        const removed = row.nextAt === null ? [] : [row.nextAt];
        const added = at === null ? [] : [at];
        const counts = { removedCount: removed.length, addedCount: added.length };
        effects.push(localEffect(row, { removed, added, ...counts, error: null }));
      }
      const last = rows.at(-1);
      if (rows.length < READ_AT_ONCE || last === undefined) break;
      after = last.scheduleId;
      await breathe();
    }
    return { schedules, changed: effects.length, effects: effects.slice(0, 100), lookedAt: null };
  }

  /** Fires what is due under the plans as they are, and answers the instant up to which that was done. */
  async #fireDue(): Promise<Instant> {
    const { ledger, compile } = this.#parts;
    const now = await ledger.clock();
    const fire = () => ledger.fireDue({ now, limit: FIRED_AT_ONCE, decide: (due, at) => decide(due, at, compile) });
    for (let batch = 0; batch < MOST_BATCHES && !(await fire()).drained; batch += 1);
    return now;
  }
}

function waitsFor({ plan, accountedTo, nextAt }: PlannedRow): Instant | null {
  if (plan === undefined) return nextAt;
  try {
    return nextNamed(compilePlan(plan), accountedTo) ?? null;
  } catch {
    return nextAt;
  }
}

function sum(a: PlanEffects, b: PlanEffects): PlanEffects {
  return {
    schedules: a.schedules + b.schedules,
    changed: a.changed + b.changed,
    effects: [...a.effects, ...b.effects].slice(0, 100),
    lookedAt: null,
  };
}

/** Zones by the names that schedules carry; the new ones must be known. */
function checkZones(zones: Zones): Zones {
  const checked: Record<string, string> = {};
  const faults: FieldError[] = [];
  for (const [from, to] of Object.entries(zones)) {
    try {
      checked[from] = assertZone(to, "zone");
    } catch (error) {
      if (!isHyoshiError(error)) throw error;
      faults.push({ ...fieldErrorOf(error), path: pointer("/zones", from) });
    }
  }
  if (faults.length > 0) throw invalid(faults);
  return checked;
}
