import type {
  CalendarInput,
  CalendarView,
  Forecast,
  ForecastMinute,
  PlanEffects,
  Timeline,
} from "../../src/services/wire.ts";
import { periodicTasks, projectZone } from "./data.ts";
import { type Handler, Refusal, type Tell } from "./refusal.ts";

const minute = 60_000;
const week = 7 * 1440;
const both = (en: string, ja: string) => ({ en, ja });

const holidays: Record<string, [date: string, name: string][]> = {
  JP: [
    ["01-01", "元日"],
    ["01-12", "成人の日"],
    ["02-11", "建国記念の日"],
    ["02-23", "天皇誕生日"],
    ["04-29", "昭和の日"],
    ["05-03", "憲法記念日"],
    ["05-04", "みどりの日"],
    ["05-05", "こどもの日"],
    ["08-11", "山の日"],
    ["11-03", "文化の日"],
    ["11-23", "勤労感謝の日"],
  ],
  DE: [
    ["01-01", "Neujahr"],
    ["05-01", "Maifeiertag"],
    ["10-03", "Tag der Deutschen Einheit"],
    ["12-25", "1. Weihnachtstag"],
  ],
};
const calendars = new Map<number, CalendarView>();

function viewOf(id: number, input: CalendarInput, version: number): CalendarView {
  const sources = (input.holidays ?? []).map(({ country, region = null }) => ({ country, region }));
  const thisYear = new Date().getFullYear();
  const years = sources.length === 0 ? null : (input.years ?? { from: thisYear, to: thisYear + 2 });
  const holidayDays = sources.flatMap(({ country }) =>
    Array.from({ length: years ? years.to - years.from + 1 : 0 }, (_, index) => index + (years?.from ?? 0)).flatMap(
      (year) => (holidays[country] ?? []).map(([day, name]) => ({ date: `${year}-${day}`, name })),
    ),
  );
  const named = (days: CalendarInput["closed"]) => (days ?? []).map(({ date, name = "" }) => ({ date, name }));
  const closed = named(input.closed);
  return {
    id,
    uid: `calendar-${id}`,
    name: input.name,
    weekend: input.weekend ?? [0, 6],
    holidays: sources,
    holidaysUntil: years ? `${years.to}-12-31` : null,
    closedThisYear: [...holidayDays, ...closed].filter(({ date }) => date.startsWith(String(thisYear))).length,
    schedules: id === 1 ? 3 : 0,
    warnings: [],
    updatedAt: Date.now(),
    archivedAt: null,
    version,
    years,
    closed,
    open: named(input.open),
    holidayDays,
    createdAt: Date.now(),
  };
}
calendars.set(
  1,
  viewOf(
    1,
    {
      name: "Tokyo office",
      holidays: [{ country: "JP", region: null }],
      closed: [
        { date: `${new Date().getFullYear()}-12-30`, name: "年末休業" },
        { date: `${new Date().getFullYear()}-12-31`, name: "年末休業" },
      ],
    },
    1,
  ),
);

const found = (id: string | undefined) => {
  const calendar = calendars.get(Number(id));
  if (!calendar) throw new Refusal(404, "not_found", `calendar '${id}' does not exist`);
  return calendar;
};

function effects(changed: number): PlanEffects {
  const task = [...periodicTasks.values()][0];
  const at = Math.ceil(Date.now() / 86_400_000) * 86_400_000;
  const time = (days: number) => ({ at: at + days * 86_400_000, local: "" });
  return {
    schedules: 3,
    changed,
    lookedAt: null,
    effects: Array.from({ length: changed }, (_, index) => ({
      scheduleId: index + 1,
      scheduleName: index === 0 ? "" : "month's end",
      periodicTaskId: task?.id ?? 1,
      periodicTaskName: task?.name ?? "",
      zone: projectZone,
      removed: [time(2), time(9), time(16), time(23), time(30)],
      removedCount: 12,
      added: index === 0 ? [time(4), time(11)] : [],
      addedCount: index === 0 ? 2 : 0,
      error: null,
    })),
  };
}

const from = () => Math.floor(Date.now() / minute) * minute;
function perMinute(): number[] {
  const start = from();
  return Array.from({ length: week }, (_, index) => {
    const local = new Date(start + index * minute + 9 * 3_600_000);
    const ofHour = local.getUTCMinutes();
    const midnight = local.getUTCHours() === 0 && ofHour === 0 ? 900 : 0;
    return 1 + (ofHour === 0 ? 60 : ofHour % 15 === 0 ? 14 : ofHour % 5 === 0 ? 4 : 0) + midnight;
  });
}
const links = () => [...periodicTasks.values()].slice(0, 10).map(({ id, name }) => ({ id, name }));

function forecast(): Forecast {
  const counts = perMinute();
  const start = from();
  const peaks = counts
    .map((firings, index) => ({ at: start + index * minute, firings }))
    .sort((a, b) => b.firings - a.firings)
    .slice(0, 20);
  return {
    from: start,
    perMinute: counts,
    schedules: 1_204,
    plans: 61,
    sampled: null,
    peaks,
    suggestions: [
      {
        definition: { kind: "crontab", expression: "0 0 * * *" },
        zone: projectZone,
        schedules: 900,
        suggested: "H 0 * * *",
        text: both(
          "900 schedules fire every day at 00:00: at a minute of each one's own within the hour, 15 would.",
          "毎日 0:00 に 900 件が発火します。1 時間の中でそれぞれの分に分けると、1 分あたり 15 件になります。",
        ),
        peakBefore: 961,
        peakAfter: 76,
        periodicTasks: links(),
      },
    ],
  };
}

function minuteOf(at: number): ForecastMinute {
  const count = perMinute()[Math.floor((at - from()) / minute)] ?? 0;
  const group = (expression: string, en: string, ja: string, firings: number) => ({
    definition: { kind: "crontab" as const, expression },
    zone: projectZone,
    description: both(en, ja),
    firings,
    schedules: firings,
    periodicTasks: links().slice(0, Math.min(10, firings)),
  });
  const groups = [
    ...(count > 900 ? [group("0 0 * * *", "Every day at 00:00", "毎日 0:00", 900)] : []),
    ...(count > 50 ? [group("0 * * * *", "Every hour", "毎時 0 分", 60)] : []),
    group("* * * * *", "Every minute", "毎分", 1),
  ];
  return { at, firings: count, groups };
}

function timeline(day: string): Timeline {
  const start = Date.parse(`${day}T00:00:00+09:00`);
  const hour = 60 * minute;
  const rows = [...periodicTasks.values()].slice(0, 12).map(({ id, name }, index) => ({
    periodicTaskId: id,
    name,
    meanMs: index === 3 ? null : (index + 1) * 7 * minute,
    firings: index % 3 === 0 ? 24 : 2,
    times: Array.from({ length: index % 3 === 0 ? 24 : 2 }, (_, n) => start + (index % 3 === 0 ? n : n * 9 + 2) * hour),
  }));
  const counts = Array.from(
    { length: 1440 },
    (_, index) =>
      rows.flatMap(({ times, meanMs }) =>
        times.filter((at) => at <= start + index * minute && start + index * minute < at + (meanMs ?? minute)),
      ).length,
  );
  const slots = 4;
  const overloads: Timeline["overloads"] = [];
  for (const [index, most] of counts.entries()) {
    if (most <= slots) continue;
    const last = overloads.at(-1);
    const at = start + index * minute;
    if (last?.to === at) Object.assign(last, { to: at + minute, most: Math.max(last.most, most) });
    else overloads.push({ from: at, to: at + minute, most });
  }
  return {
    from: start,
    to: start + 24 * hour,
    zone: projectZone,
    slots,
    perMinute: counts,
    overloads,
    rows,
    sampled: null,
    waitingPerMinute: counts.map((count) => Math.max(0, count - slots)),
    runs: 132,
    longestWaitMs: 720_000,
    simulatedTo: start + 24 * hour,
  };
}

let isOutdated = true;

/** Calendars, the forecast and the timeline. */
export function outlookRoutes(tell: Tell): Record<string, Handler> {
  return {
    "GET calendars": () => ({
      items: [...calendars.values()].filter(({ archivedAt }) => archivedAt === null),
      next: null,
    }),
    "GET calendars/:id": ([id]) => found(id),
    "POST calendars": (_ids, body) => {
      if (body.name === "") {
        const text = both("give it a name", "名前を入力してください");
        throw new Refusal(422, "invalid", "invalid", {
          errors: [{ path: "/name", code: "required", detail: "", text }],
        });
      }
      const id = calendars.size + 1;
      calendars.set(id, viewOf(id, body as unknown as CalendarInput, 1));
      tell("calendars");
      return calendars.get(id);
    },
    "PUT calendars/:id": ([id], body) => {
      const current = found(id);
      if (body.version !== current.version) throw new Refusal(409, "stale_version", "changed", { current });
      calendars.set(current.id, viewOf(current.id, body as unknown as CalendarInput, current.version + 1));
      tell("calendars");
      return calendars.get(current.id);
    },
    "DELETE calendars/:id": ([id]) => {
      const calendar = found(id);
      if (calendar.schedules > 0) {
        throw new Refusal(409, "calendar_in_use", "in use", {
          text: both("3 schedules follow it: payroll, export.", "3 件のスケジュールが使っています: payroll、export"),
        });
      }
      calendar.archivedAt = Date.now();
      tell("calendars");
    },
    "POST calendars/preview": (_ids, { id, calendar }) => {
      const { holidayDays } = viewOf(0, calendar as CalendarInput, 1);
      return { ...effects(id === 1 ? 2 : 0), ...(id === 1 ? {} : { schedules: 0 }), holidayDays, warnings: [] };
    },
    "GET holiday-countries": () => ({
      items: [
        { code: "JP", name: both("Japan", "日本"), regions: [] },
        {
          code: "DE",
          name: both("Germany", "ドイツ"),
          regions: [
            { code: "BY", name: "Bayern" },
            { code: "BE", name: "Berlin" },
          ],
        },
      ],
      next: null,
    }),
    "GET schedules/replan": () => ({
      tzVersion: "2026b",
      due: isOutdated,
      schedules: { value: isOutdated ? 204 : 0, capped: false },
      plannedWith: isOutdated ? ["2025c", "2026b"] : ["2026b"],
      calendarIds: [],
    }),
    "POST schedules/replan/preview": () => effects(2),
    "POST schedules/replan": () => {
      isOutdated = false;
      tell("periodic-tasks");
      const text = both("the zone is not known", "タイムゾーンが不明です");
      return { replanned: 203, changed: 2, failed: [{ scheduleId: 7, detail: text.en, text }] };
    },
    "POST import": (_ids, _body, query) => ({
      source: "request",
      dryRun: query.get("dryRun") === "true",
      counts: { imported: 1, changed: 1, unchanged: 38, skipped: 1 },
      items: [
        { outcome: "imported", place: "periodicTasks[0]", name: "Nightly export", notes: [] },
        { outcome: "changed", place: "periodicTasks[1]", name: "Hello", notes: [], fields: ["schedules", "tags"] },
        {
          outcome: "skipped",
          place: "periodicTasks[2]",
          name: "Never",
          notes: [],
          reason: "crontab '0 0 31 2 *' can never match: expected a date that exists",
        },
        { outcome: "unchanged", place: "groups[0]", name: "On call", notes: [] },
      ],
      notes: [],
    }),
    "GET forecast": () => forecast(),
    "GET forecast/minute": (_ids, _body, query) => minuteOf(Number(query.get("at"))),
    "GET forecast/timeline": (_ids, _body, query) => timeline(query.get("day") ?? ""),
  };
}
