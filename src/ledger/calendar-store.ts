import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { Page } from "../base/page.ts";
import type { CalendarDays } from "../calendar/calendar-days.ts";
import type { HolidaySource } from "../calendar/holidays.ts";
import type { EditContext } from "./periodic-task-store.ts";

export interface CalendarDay {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly name: string;
}

/** What a calendar's days were made from, as a person edits it. */
export interface CalendarSources {
  /** 0 for Sunday to 6 for Saturday. */
  readonly weekend: readonly number[];
  readonly holidays: readonly HolidaySource[];
  /** Whose holidays were taken over, both included; null where there are no `holidays`. */
  readonly years: { readonly from: number; readonly to: number } | null;
  /** The holidays as they were taken over: another version of the list changes nothing by itself. */
  readonly holidayDays: readonly CalendarDay[];
  /** Own days on which it is closed. */
  readonly closed: readonly CalendarDay[];
  /** Own days on which it is open, whatever else they are. */
  readonly open: readonly CalendarDay[];
}

export interface CalendarDraft {
  readonly name: string;
  readonly sources: CalendarSources;
  readonly days: CalendarDays;
}

export interface Calendar extends CalendarDraft {
  readonly id: number;
  readonly uid: string;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly archivedAt: Instant | null;
}

export interface ListedCalendar extends Calendar {
  /** Schedules that follow it, of periodic tasks that are not archived; counted up to 10,000. */
  readonly schedules: number;
}

export interface CalendarQuery {
  /** Only archived ones; else only those that are not. */
  readonly archived: boolean;
  readonly limit: number;
  readonly after?: string;
  readonly count?: boolean;
}

/**
 * Named sets of days. A calendar's edit is a new version of its days; the schedules that follow it are planned anew afterwards, each
 * with a revision that names the version.
 */
export interface CalendarStore {
  /** Fails with `name_taken`. */
  create(draft: CalendarDraft, context: EditContext): Promise<Calendar>;
  /** Fails with `not_found`, `stale_version` and `name_taken`. Days that stay the same make no new version of them. */
  update(id: number, version: number, draft: CalendarDraft, context: EditContext): Promise<Calendar>;
  /** Fails with `not_found`, and `calendar_in_use` while a schedule follows it. */
  archive(id: number, context: EditContext): Promise<void>;
  /** An archived one too. */
  find(id: number): Promise<ListedCalendar | undefined>;
  /** By name. Fails with `invalid_cursor`. */
  list(query: CalendarQuery): Promise<Page<ListedCalendar>>;
}

export function noCalendar(id: number): HyoshiError {
  return new HyoshiError("not_found", `there is no calendar with the id ${id}, or it is archived`, {
    fields: {
      id,
      text: {
        en: "The calendar is not there any more, or is archived.",
        ja: "このカレンダーは見つかりません。削除された可能性があります。",
      },
    },
  });
}
