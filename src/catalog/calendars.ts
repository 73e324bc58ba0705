import type { Actor } from "../account/permission.ts";
import type { Instant } from "../base/clock.ts";
import { HyoshiError, isHyoshiError } from "../base/error.ts";
import { faultWords } from "../base/fault-words.ts";
import { type FieldError, invalid } from "../base/field-error.ts";
import type { Page } from "../base/page.ts";
import { type HolidayCountry, holidayCountries } from "../calendar/holidays.ts";
import { type Calendar, type CalendarDay, type ListedCalendar, noCalendar } from "../ledger/calendar-store.ts";
import { type CalendarInput, checkCalendar } from "./calendar-check.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import type { PlanEffects } from "./plan-effects.ts";
import type { Replans } from "./replans.ts";
import { holidaysRunOut, type Warning } from "./warning.ts";

export interface SeenCalendar extends ListedCalendar {
  /** The last day whose holidays are known; null where it takes none over. */
  readonly holidaysUntil: string | null;
  /** Holidays and own dates of the running year on which it is closed, those on a weekend not among them. */
  readonly closedThisYear: number;
  readonly warnings: readonly Warning[];
}

export interface CalendarPreview extends PlanEffects {
  readonly holidayDays: readonly CalendarDay[];
  readonly warnings: readonly Warning[];
}

/** Holidays that end sooner than this are warned of. */
const WARNED_MS = 183 * 86_400_000;
/** No calendar that is saved has it. */
const UNSAVED = 0;

/** Named sets of days that schedules follow. */
export class Calendars {
  readonly #parts: CatalogParts;
  readonly #replans: Replans;

  constructor(parts: CatalogParts, replans: Replans) {
    this.#parts = parts;
    this.#replans = replans;
  }

  /** By name. Fails with `invalid_cursor`. */
  async list(query: {
    readonly archived: boolean;
    readonly limit: number;
    readonly after?: string;
    readonly count?: boolean;
  }): Promise<Page<SeenCalendar>> {
    const page = await this.#parts.calendars.list(query);
    return { ...page, items: page.items.map((calendar) => this.#seen(calendar)) };
  }

  /** An archived one too. Fails with `not_found`. */
  async get(id: number): Promise<SeenCalendar> {
    const calendar = await this.#parts.calendars.find(id);
    if (calendar === undefined) throw noCalendar(id);
    return this.#seen(calendar);
  }

  /**
   * Makes a calendar, or replaces one and plans the schedules that follow it anew. Fails with `invalid` (every fault at once),
   * `name_taken`, `not_found` and `stale_version` (`fields.current` is the one that is there).
   */
  async save(
    input: CalendarInput,
    replaced: { readonly id: number; readonly version: number | undefined } | undefined,
    by: Actor,
  ): Promise<SeenCalendar> {
    const { calendars, ledger } = this.#parts;
    const now = await ledger.clock();
    const { draft, errors } = await checkCalendar(input, now);
    const isVersionMissing = replaced !== undefined && replaced.version === undefined;
    if (errors.length > 0 || isVersionMissing) throw invalid(isVersionMissing ? [...errors, versionMissing] : errors);
    if (replaced?.version === undefined) return this.get((await calendars.create(draft, { now, by })).id);
    await this.#update(replaced.id, () => calendars.update(replaced.id, replaced.version ?? 0, draft, { now, by }));
    await this.#replans.replan([{ kind: "calendar", calendarId: replaced.id }], by);
    return this.get(replaced.id);
  }

  /** What a calendar would be, and what its edit would change; changes nothing. Fails with `invalid` and `not_found`. */
  async preview(input: CalendarInput, id: number | undefined): Promise<CalendarPreview> {
    const now = this.#parts.clock.now();
    const { draft, errors } = await checkCalendar(input, now);
    if (errors.length > 0) throw invalid(errors);
    if (id !== undefined) await this.#live(id);
    const effects: PlanEffects =
      id === undefined
        ? { schedules: 0, changed: 0, effects: [], lookedAt: null }
        : await this.#replans.effects({ kind: "calendar", calendarId: id }, (plan) =>
            plan.calendar === null
              ? plan
              : { ...plan, calendar: { ...plan.calendar, days: draft.days, version: UNSAVED } },
          );
    const seen = { name: draft.name, sources: draft.sources };
    return { ...effects, holidayDays: draft.sources.holidayDays, warnings: warningsOf(seen, now) };
  }

  /** Fails with `not_found` and `calendar_in_use`. */
  async archive(id: number, by: Actor): Promise<void> {
    await this.#parts.calendars.archive(id, { now: await this.#parts.ledger.clock(), by });
  }

  /** The countries whose holidays can be taken over. */
  countries(): Promise<readonly HolidayCountry[]> {
    return holidayCountries();
  }

  async #update(id: number, update: () => Promise<Calendar>): Promise<void> {
    try {
      await update();
    } catch (error) {
      if (!isHyoshiError(error, "stale_version")) throw error;
      throw new HyoshiError("stale_version", error.message, {
        fields: { ...error.fields, current: await this.get(id) },
      });
    }
  }

  async #live(id: number): Promise<ListedCalendar> {
    const calendar = await this.#parts.calendars.find(id);
    if (calendar === undefined || calendar.archivedAt !== null) throw noCalendar(id);
    return calendar;
  }

  #seen(calendar: ListedCalendar): SeenCalendar {
    const now = this.#parts.clock.now();
    const year = String(new Date(now).getUTCFullYear());
    const { weekend, closed } = calendar.days;
    const closedThisYear = Object.keys(closed).filter(
      (date) => date.startsWith(year) && !weekend.includes(new Date(`${date}T00:00:00Z`).getUTCDay()),
    ).length;
    const warnings = calendar.archivedAt === null ? warningsOf(calendar, now) : [];
    return { ...calendar, closedThisYear, holidaysUntil: holidaysUntil(calendar), warnings };
  }
}

function holidaysUntil({ sources: { years } }: Pick<Calendar, "sources">): string | null {
  return years === null ? null : `${years.to}-12-31`;
}

/** What `check`, the list and the form tell of a calendar. */
export function warningsOf(calendar: Pick<Calendar, "name" | "sources">, now: Instant): readonly Warning[] {
  const until = holidaysUntil(calendar);
  if (until === null || Date.parse(`${until}T00:00:00Z`) - now > WARNED_MS) return [];
  return [holidaysRunOut(calendar.name, until)];
}

const versionMissing: FieldError = {
  path: "/version",
  code: "required",
  detail: "is required: the version that the change was made from",
  text: faultWords.versionNeeded,
};
