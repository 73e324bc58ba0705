import type { Bilingual } from "../base/bilingual.ts";
import { breathe } from "../base/breathe.ts";
import type { Instant } from "../base/clock.ts";
import type { Compile } from "../firing/schedule-plan.ts";
import type { CalendarStore } from "../ledger/calendar-store.ts";
import type { OutdatedPlans, PlanGroup, PlanReader } from "../ledger/plan-reader.ts";
import { describeOffsetChange } from "../schedule/describe.ts";
import { nextOffsetChange, type ScheduleOffsetChange } from "../schedule/preview.ts";
import { formatLocal } from "../schedule/time-zone.ts";
import { warningsOf } from "./calendars.ts";
import type { Warning } from "./warning.ts";

export interface PlanWarningParts {
  readonly plans: PlanReader;
  readonly calendars: CalendarStore;
  readonly compile: Compile;
  /** Of this process. */
  readonly tzVersion: string;
  /** The project's. */
  readonly timeZone: string;
}

const CALENDARS_AT_ONCE = 100;
/** Plans with the most schedules, and a sample of the others. */
const LARGEST = 500;
const OTHERS = 2_000;
const COMPUTED_AT_ONCE = 50;
const YEAR_MS = 365 * 86_400_000;

/** What whoever looks after the schedules of a project should know about the coming year. */
export class PlanWarnings {
  readonly #parts: PlanWarningParts;

  constructor(parts: PlanWarningParts) {
    this.#parts = parts;
  }

  async all(now: Instant): Promise<readonly Warning[]> {
    const outdated = await this.#parts.plans.outdated(this.#parts.tzVersion);
    return [
      ...(outdated.count === 0 ? [] : [replanDue(outdated, this.#parts.tzVersion)]),
      ...(await this.#calendars(now)),
      ...(await this.#aboutGroups(now)),
    ];
  }

  /** Where holidays run out that a schedule follows. */
  async #calendars(now: Instant): Promise<Warning[]> {
    const warnings: Warning[] = [];
    let after: string | undefined;
    do {
      const page = await this.#parts.calendars.list({
        archived: false,
        limit: CALENDARS_AT_ONCE,
        ...(after !== undefined && { after }),
      });
      for (const calendar of page.items) if (calendar.schedules > 0) warnings.push(...warningsOf(calendar, now));
      after = page.next;
    } while (after !== undefined);
    return warnings;
  }

  async #aboutGroups(now: Instant): Promise<Warning[]> {
    const { groups } = await this.#parts.plans.groups({ largest: LARGEST, others: OTHERS });
    return [...this.#zoneChange(groups), ...(await this.#clockChanges(groups, now))];
  }

  /** Where no schedule has the project's zone and most share another, the project's has probably been changed. */
  #zoneChange(groups: readonly PlanGroup[]): Warning[] {
    const { timeZone } = this.#parts;
    const counts = new Map<string, number>();
    for (const { plan, schedules } of groups) counts.set(plan.zone, (counts.get(plan.zone) ?? 0) + schedules);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const [most] = [...counts].sort(([, a], [, b]) => b - a);
    if (most === undefined || counts.has(timeZone) || most[1] * 2 <= total) return [];
    return [zoneChange(most[0], most[1], timeZone)];
  }

  /** The next change of each zone's offset that alters a time of a schedule, told once for all of them. */
  async #clockChanges(groups: readonly PlanGroup[], now: Instant): Promise<Warning[]> {
    const { plans, compile } = this.#parts;
    const changes = new Map<string, ClockChange>();
    for (const [index, { plan, schedules }] of groups.entries()) {
      if (index % COMPUTED_AT_ONCE === COMPUTED_AT_ONCE - 1) await breathe();
      const change = changeOf(() => nextOffsetChange(plan.zone, compile(plan), now, now + YEAR_MS));
      if (change === undefined) continue;
      const key = `${change.at} ${plan.zone}`;
      const found = changes.get(key) ?? { zone: plan.zone, change, plan, schedules: 0 };
      changes.set(key, { ...found, schedules: found.schedules + schedules });
    }
    const warnings: Warning[] = [];
    for (const found of [...changes.values()].sort((a, b) => a.change.at - b.change.at)) {
      const [example] = await plans.examples(found.plan, 1);
      warnings.push(clockChange(found, example?.name ?? ""));
    }
    return warnings;
  }
}

interface ClockChange {
  readonly zone: string;
  readonly change: ScheduleOffsetChange;
  readonly plan: Parameters<PlanReader["examples"]>[0];
  readonly schedules: number;
}

/** Undefined for a schedule that cannot be computed: that is told elsewhere. */
function changeOf(compute: () => ScheduleOffsetChange | undefined): ScheduleOffsetChange | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

function zoneChange(zone: string, schedules: number, timeZone: string): Warning {
  const many = schedules === 1 ? "The only schedule has" : `${schedules} schedules have`;
  return {
    code: "zone_change",
    text: {
      en: `${many} the zone ${zone}, and none has the project's, ${timeZone}. If the project has moved: 'hyoshi replan --zone ${zone}=${timeZone}'`,
      ja: `${schedules} 件のスケジュールのタイムゾーンは ${zone} で、プロジェクトの ${timeZone} を使うものはありません。プロジェクトのタイムゾーンを変えた場合は hyoshi replan --zone ${zone}=${timeZone} を実行してください`,
    },
  };
}

function clockChange({ zone, change, schedules }: ClockChange, example: string): Warning {
  const day = formatLocal(change.at, zone).slice(0, 10);
  const others = schedules - 1;
  const tell = (language: "en" | "ja") => describeOffsetChange(change, zone, language);
  return {
    code: "clock_change",
    text: {
      en: `The clocks of ${zone} change on ${day}: '${example}'${others > 0 ? ` and ${others} more schedule${others === 1 ? "" : "s"}` : ""} name a time that this touches (${tell("en")})`,
      ja: `${day} に ${zone} の時計が変わります。「${example}」${others > 0 ? `ほか ${others} 件` : ""}の時刻に影響します（${tell("ja")}）`,
    },
  };
}

/** Where schedules are planned with another tz database than this process has, or before an edit of their calendar. */
export function replanDue({ count, capped, tzVersions, calendarIds }: OutdatedPlans, tzVersion: string): Warning {
  return { code: "replan_due", text: replanText({ count, capped, tzVersions, calendarIds }, tzVersion) };
}

function replanText(
  { count, capped, tzVersions, calendarIds }: Pick<OutdatedPlans, "count" | "capped" | "tzVersions" | "calendarIds">,
  tzVersion: string,
): Bilingual {
  const many = `${capped ? "more than " : ""}${count} schedule${count === 1 ? "" : "s"}`;
  const manyJa = `${count} 件${capped ? "を超える" : "の"}スケジュール`;
  const by = tzVersions.join(", ");
  if (tzVersions.length === 0) {
    const ids = calendarIds.join(", ");
    return {
      en: `${capitalised(many)} do not follow the latest edit of calendar ${ids} yet: plan them anew ('hyoshi replan')`,
      ja: `${manyJa}に、カレンダー ${ids} の変更がまだ反映されていません。予定を立て直してください（hyoshi replan）`,
    };
  }
  return {
    en: `${capitalised(many)} were planned with the tz database ${by}, and this process has ${tzVersion}: plan them anew ('hyoshi replan')`,
    ja: `${manyJa}がタイムゾーンデータベース ${by} で計算されています（現在は ${tzVersion}）。予定を立て直してください（hyoshi replan）`,
  };
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
