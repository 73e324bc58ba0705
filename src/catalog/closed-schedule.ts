import type { Instant } from "../base/clock.ts";
import { type FieldError, pointer } from "../base/field-error.ts";
import { compilePlan, type PlanCalendar, plainPlan } from "../firing/schedule-plan.ts";
import type { ScheduleDraft } from "../ledger/periodic-task-store.ts";

/** The fault of a schedule whose every coming time its calendar takes away; undefined where one is left, or none was there without it. */
export function closedFault(
  schedule: ScheduleDraft,
  index: number,
  calendar: PlanCalendar,
  now: Instant,
): FieldError | undefined {
  const { definition, zone, gap = "default", fold = "default", startsAt = null, endsAt = null, uid = "" } = schedule;
  const plan = plainPlan({ definition, zone, gap, fold, startsAt, endsAt, uid });
  if (compilePlan({ ...plan, calendar }).next(now) !== undefined) return undefined;
  if (compilePlan(plan).next(now) === undefined) return undefined;
  return {
    path: pointer("/schedules", index, "calendar"),
    code: "not_accepted",
    detail: "the calendar is closed at each of the schedule's times: expected one on a business day",
    text: {
      en: "The calendar is closed at each of this schedule's times",
      ja: "このスケジュールの時刻は、カレンダーではすべて休業日です",
    },
  };
}
