import { expect, test } from "vitest";
import type { BeatRow } from "./celery-beat-rows.ts";
import { type BeatTaskContext, beatTask, type ConvertedTask } from "./celery-beat-task.ts";

const now = Date.UTC(2026, 10, 22, 12);
const lastRunAt = now - 90_000;

const row: BeatRow = {
  id: 7,
  name: "Report",
  task: "shop.tasks.report",
  schedules: [{ kind: "crontab", fields: ["0", "9", "*", "*", "1-5"], zone: "Europe/London" }],
  missing: [],
  args: "[]",
  kwargs: "{}",
  queue: null,
  exchange: null,
  routingKey: null,
  headers: "{}",
  priority: null,
  expires: null,
  expireSeconds: null,
  oneOff: false,
  startTime: null,
  enabled: true,
  lastRunAt,
  totalRunCount: 3,
  dateChanged: now - 86_400_000,
  description: "",
  storedLastRunAt: "2026-11-22 11:58:30",
};

const context: BeatTaskContext = {
  now,
  zone: "Asia/Tokyo",
  priorities: undefined,
  misfire: "latest",
  enabled: "carry",
  prefix: "",
  known: () => undefined,
};

function converted(parts: Partial<BeatRow>, more: Partial<BeatTaskContext> = {}): ConvertedTask {
  const answer = beatTask({ ...row, ...parts }, { ...context, ...more });
  if (typeof answer === "string") throw new Error(answer);
  return answer;
}
const schedule = (parts: Partial<BeatRow>) => converted(parts).input.schedules?.[0];
const interval = (every: number, period: string) => schedule({ schedules: [{ kind: "interval", every, period }] });
const refused = (parts: Partial<BeatRow>, more: Partial<BeatTaskContext> = {}) =>
  beatTask({ ...row, ...parts }, { ...context, ...more });

test("a crontab keeps its fields and its zone, and the periodic task its words", () => {
  const { input, since, notes } = converted({
    args: '[1, "a"]',
    kwargs: '{"b": null}',
    queue: "reports",
    description: "Ask Kana.",
    expireSeconds: 30,
    headers: '{"team": "shop", "level": 3}',
  });
  expect(input).toEqual({
    name: "Report",
    task: "shop.tasks.report",
    args: [1, "a"],
    kwargs: { b: null },
    enabled: true,
    schedules: [{ kind: "crontab", expression: "0 9 * * 1-5", zone: "Europe/London", misfire: "latest" }],
    description: "Ask Kana.",
    tags: ["django-celery-beat"],
    queue: "reports",
    priority: null,
    expiresMs: 30_000,
    headers: { team: "shop", level: "3" },
  });
  expect(since).toBe(lastRunAt);
  expect(notes).toEqual([
    "no process has announced the task 'shop.tasks.report' yet",
    "its headers level are kept as text: JSON of what they were",
  ]);
});

test("an interval is anchored to the last run, or to the start or the saving of what never ran", () => {
  expect(interval(5, "minutes")).toEqual({
    kind: "interval",
    every: 5,
    period: "minutes",
    anchor: lastRunAt,
    zone: "Asia/Tokyo",
    misfire: "latest",
  });
  const never = { lastRunAt: null, schedules: [{ kind: "interval", every: 2, period: "days" }] } as const;
  expect(schedule(never)).toMatchObject({ anchor: row.dateChanged, zone: "UTC" });
  const startTime = now + 1_000;
  expect(schedule({ ...never, startTime })).toMatchObject({ anchor: startTime, startsAt: startTime });
});

test("an interval in units that are not here is told in others, and refused where there are none", () => {
  expect(interval(3_000_000, "microseconds")).toMatchObject({ every: 3, period: "seconds" });
  expect(interval(2_592_000, "seconds")).toMatchObject({ every: 43_200, period: "minutes" });
  expect(refused({ schedules: [{ kind: "interval", every: 1_500_000, period: "microseconds" }] })).toMatch(
    /1500000 microseconds.*1 second/,
  );
  expect(refused({ schedules: [{ kind: "interval", every: 0, period: "hours" }] })).toMatch(/every 0 hours/);
  expect(refused({ schedules: [{ kind: "interval", every: 1, period: "weeks" }] })).toMatch(/every 1 weeks/);
});

test("a crontab of the first versions takes the zone that is given", () => {
  const first = { kind: "crontab", fields: ["*/5", " *", "1, 15", "*", "*"], zone: null } as const;
  const { input, notes } = converted({ schedules: [first] });
  expect(input.schedules).toMatchObject([{ expression: "*/5 * 1,15 * *", zone: "Asia/Tokyo" }]);
  expect(notes).toContainEqual(expect.stringContaining("spaces"));
});

test("weekday 7, which never ran there, is Sunday and switched off", () => {
  const { input, notes } = converted({
    schedules: [{ kind: "crontab", fields: ["0", "0", "*", "*", "7"], zone: "UTC" }],
  });
  expect(input).toMatchObject({ enabled: false, schedules: [{ expression: "0 0 * * 0" }] });
  expect(notes).toContainEqual(expect.stringContaining("Celery refuses"));
});

test("once is once: by a number of runs, or by the clock", () => {
  expect(converted({ oneOff: true, totalRunCount: 0 }).input).toMatchObject({ enabled: true, endAfterRuns: 1 });
  expect(converted({ oneOff: true, totalRunCount: 1 }).input).toMatchObject({ enabled: false });
  const at = now + 60_000;
  const clocked = { oneOff: true, totalRunCount: 0, lastRunAt: null };
  const open = converted({ ...clocked, schedules: [{ kind: "clocked", at, enabled: true }] });
  expect(open.input).toMatchObject({ enabled: true, schedules: [{ kind: "clocked", at }] });
  expect(open.input).not.toHaveProperty("endAfterRuns");
  const fired = converted({ ...clocked, schedules: [{ kind: "clocked", at, enabled: false }] });
  expect(fired.input.enabled).toBe(false);
  expect(fired.notes).toContainEqual(expect.stringContaining("is over"));
});

test("an end in time bounds the schedule, and one that has passed switches it off", () => {
  const later = converted({ expires: now + 1_000 });
  expect(later.input).toMatchObject({ enabled: true, schedules: [{ endsAt: now + 1_000 }] });
  expect(later.notes).toContainEqual(expect.stringContaining("'expires' ends the schedule"));
  expect(converted({ expires: now - 1 }).input.enabled).toBe(false);
});

test("priorities keep their sense where it is known which end comes first", () => {
  expect(converted({ priority: 3 })).toMatchObject({
    input: { priority: null },
    notes: expect.arrayContaining([expect.stringContaining("--priorities")]),
  });
  expect(converted({ priority: 3 }, { priorities: "high-first" }).input.priority).toBe(3);
  expect(converted({ priority: 3 }, { priorities: "low-first" }).input.priority).toBe(6);
  expect(converted({ priority: 255 }, { priorities: "high-first" })).toMatchObject({
    input: { priority: 9 },
    notes: expect.arrayContaining([expect.stringContaining("priority 255 is 9 here")]),
  });
});

test("arguments by position fill the input of a task that has a schema", () => {
  const announced = { inputSchema: { type: "object" }, positional: ["id", "by"] };
  const known = () => ({ announced, workers: 0, versions: [] }) as never;
  expect(converted({ args: "[1]", kwargs: '{"by": 2}' }, { known }).input.input).toEqual({ id: 1, by: 2 });
  expect(refused({ args: "[1, 2, 3]" }, { known })).toMatch(/takes 2/);
  expect(refused({ args: "[1]", kwargs: '{"id": 2}' }, { known })).toMatch(/'id' is given by position and by name/);
});

test("what cannot be imported says why", () => {
  expect(refused({ args: "[1" })).toBe("its args are no JSON list: [1");
  expect(refused({ kwargs: "[]" })).toBe("its kwargs are no JSON object: []");
  expect(converted({ args: "{}" }).input.args).toEqual([]);
  expect(refused({ schedules: [] })).toBe("has no schedule");
  expect(refused({ schedules: [], missing: ["crontab"] })).toBe("its crontab is not there");
  expect(refused({ task: "celery.backend_cleanup" })).toMatch(/Celery's own clean-up/);
});

test("what is not as it was there is told", () => {
  const both = [...row.schedules, { kind: "solar", event: "sunset", latitude: 1, longitude: 2 }] as const;
  const { notes } = converted({ schedules: both, exchange: "x", routingKey: "r", headers: "{" });
  expect(notes).toEqual([
    expect.stringContaining("no process has announced"),
    expect.stringContaining("has crontab and solar: their beat uses the crontab"),
    expect.stringContaining("headers are no JSON object"),
    "its exchange 'x' and routing key 'r' is left out: queues are named directly here",
  ]);
});

test("while their beat still sends, what is on there is off here", () => {
  const { input, notes } = converted({}, { enabled: "off" });
  expect(input.enabled).toBe(false);
  expect(notes.at(-1)).toContain("--take-over");
  expect(converted({ enabled: false }, { enabled: "off" }).notes.join()).not.toContain("--take-over");
});
