import type { Bilingual } from "../base/bilingual.ts";
import { breathe } from "../base/breathe.ts";
import type { Clock, Instant } from "../base/clock.ts";
import { isHyoshiError, messageOf } from "../base/error.ts";
import { fieldErrorOf } from "../base/field-error.ts";
import { changesNothing, noEffect, type PlanEffect, planEffect } from "../firing/plan-effect.ts";
import { compilePlan, planKey, type SchedulePlan } from "../firing/schedule-plan.ts";
import type { PlannedRow } from "../ledger/plan-reader.ts";
import { formatLocal } from "../schedule/time-zone.ts";

/** An instant, and how the schedule's zone reads it now. */
export interface LocalInstant {
  readonly at: Instant;
  readonly local: string;
}

/** What another plan changes in a schedule's coming times. */
export interface ScheduleEffect extends Pick<PlanEffect, "removedCount" | "addedCount"> {
  readonly row: PlannedRow;
  readonly zone: string;
  readonly removed: readonly LocalInstant[];
  readonly added: readonly LocalInstant[];
  /** Why it could not be computed under the new plan. */
  readonly error: Bilingual | null;
}

export interface PlanEffects {
  /** Schedules that would be planned anew. */
  readonly schedules: number;
  /** Those of them that were looked at and whose coming times change. */
  readonly changed: number;
  /** The first {@link SHOWN} of these. */
  readonly effects: readonly ScheduleEffect[];
  /** How many were looked at, where not all were. */
  readonly lookedAt: number | null;
}

/** How a plan would be; undefined where its effect is not for this to tell. */
export type ChangePlan = (plan: SchedulePlan) => SchedulePlan;

const SHOWN = 100;
const YEAR_MS = 365 * 86_400_000;
const MOST_TIMES = 1_000;
const SLICE_MS = 15;
/** Whoever waits for a preview does so about this long; what is left is not looked at, and said so. */
const PATIENCE_MS = 2_000;

interface Request {
  readonly schedules: number;
  /** Rows after an id, in their order. */
  readonly page: (after: number) => Promise<readonly PlannedRow[]>;
  readonly change: ChangePlan;
  readonly now: Instant;
  readonly clock: Clock;
}

/** Compares plans in slices, so that the process goes on with everything else. Equal plans are computed once. */
export async function planEffects({ schedules, page, change, now, clock }: Request): Promise<PlanEffects> {
  const known = new Map<string, Effect>();
  const effects: ScheduleEffect[] = [];
  let changed = 0;
  let lookedAt = 0;
  const began = clock.monotonic();
  let sliceBegan = began;
  for (let rows = await page(0); rows.length > 0; rows = await page(rows.at(-1)?.scheduleId ?? 0)) {
    for (const row of rows) {
      lookedAt += 1;
      if (row.plan === undefined || !row.on) continue;
      const after = change(row.plan);
      const key = `${planKey(row.plan)}\n\n${planKey(after)}`;
      const effect = known.get(key) ?? effectOf(row.plan, after, now);
      known.set(key, effect);
      if (!changesNothing(effect) || effect.error !== null) {
        changed += 1;
        if (effects.length < SHOWN) effects.push(localEffect(row, effect));
      }
      if (clock.monotonic() - sliceBegan > SLICE_MS) {
        await breathe();
        sliceBegan = clock.monotonic();
      }
    }
    if (clock.monotonic() - began > PATIENCE_MS) break;
  }
  return { schedules, changed, effects, lookedAt: lookedAt < schedules ? lookedAt : null };
}

type Effect = PlanEffect & { readonly error: Bilingual | null };

/** With times as the schedule's zone reads them. */
export function localEffect(row: PlannedRow, { removed, added, ...effect }: Effect): ScheduleEffect {
  const zone = row.plan?.zone ?? "UTC";
  const local = (at: Instant) => ({ at, local: formatLocal(at, zone) });
  return { row, zone, ...effect, removed: removed.map(local), added: added.map(local) };
}

function effectOf(before: SchedulePlan, after: SchedulePlan, now: Instant): Effect {
  try {
    const window = { after: now, until: now + YEAR_MS, most: MOST_TIMES };
    return { ...planEffect(compileOr(before), compilePlan(after), window), error: null };
  } catch (error) {
    const text = isHyoshiError(error) ? fieldErrorOf(error).text : undefined;
    const message = messageOf(error);
    return { ...noEffect, error: text ?? { en: message, ja: message } };
  }
}

/** One that cannot be computed fires never. */
function compileOr(plan: SchedulePlan): Pick<ReturnType<typeof compilePlan>, "next"> {
  try {
    return compilePlan(plan);
  } catch {
    return { next: () => undefined };
  }
}
