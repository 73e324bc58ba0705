/**
 * How long the schedule engine takes for one step, beside croner on the same crontabs in the same process.
 *
 * Each crontab is compiled once and then asked at 20 random times; a sample is the mean of those 20 answers, because
 * one answer is shorter than the clock can tell. The zones' offsets of the years asked about are looked up beforehand.
 */
import { readFileSync } from "node:fs";
import { Cron } from "croner";
import type { Instant } from "../src/base/clock.ts";
import { forecastSteps } from "../src/firing/forecast.ts";
import { inSlices } from "../src/firing/in-slices.ts";
import { compilePlan, plainPlan } from "../src/firing/schedule-plan.ts";
import { compileSchedule, type ScheduleDefinition } from "../src/schedule/definition.ts";
import type { Schedule } from "../src/schedule/schedule.ts";
import { timeZone } from "../src/schedule/time-zone.ts";
import { percentile, type Result, report, rounded } from "./support/report.ts";

const ZONES = ["UTC", "Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe"];
const CRONTABS = 2000;
const ASKED = 20;

/** A small generator with a fixed seed, so that every run measures the same crontabs. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
const random = createRandom(20_270_101);

function randomField(first: number, last: number): string {
  const value = () => first + random(last - first + 1);
  const [from, to] = [value(), value()].sort((a, b) => a - b);
  return ["*", "*", String(value()), `*/${1 + random(6)}`, `${from}-${to}`, `${value()},${value()}`][random(6)] ?? "*";
}
const randomCrontab = () =>
  [randomField(0, 59), randomField(0, 23), randomField(1, 28), randomField(1, 12), randomField(0, 6)].join(" ");
const randomTime = (): Instant => Date.UTC(2026, 0) + random(5 * 365 * 24 * 60) * 60_000 + random(60_000);

const results: Result[] = [];

/** The median, beside that of `to` where there is one; with its p99, because a step that is slow now and then makes beat late. */
function add(figure: string, microseconds: readonly number[], to?: { name: string; median: number }): number {
  const median = percentile(microseconds, 0.5);
  results.push({
    figure: `${figure}, median`,
    value: rounded(median, 2),
    unit: "µs",
    ...(to && { ratio: rounded(median / to.median), to: to.name }),
  });
  results.push({ figure: `${figure}, p99`, value: rounded(percentile(microseconds, 0.99), 2), unit: "µs" });
  return median;
}

/** Microseconds per call, over calls with each of the values. */
function measure<Value>(values: readonly Value[], call: (value: Value) => unknown): number {
  const from = performance.now();
  for (const value of values) call(value);
  return ((performance.now() - from) * 1000) / values.length;
}

const crontabs = Array.from({ length: CRONTABS }, () => ({
  expression: randomCrontab(),
  zone: ZONES[random(ZONES.length)] ?? "UTC",
}));
const times = crontabs.map(() => Array.from({ length: ASKED }, randomTime));
for (const zone of ZONES) {
  for (let year = 2025; year < 2075; year += 1) timeZone(zone).offsetAt(Date.UTC(year, 6));
}

const compile = ({ expression, zone }: { expression: string; zone: string }) =>
  compileSchedule({ kind: "crontab", expression }, zone);
const schedules = crontabs.map(compile);
const measureAll = (step: (schedule: Schedule, time: Instant) => unknown) =>
  schedules.map((schedule, index) => measure(times[index] ?? [], (time) => step(schedule, time)));

const { version } = JSON.parse(readFileSync(new URL("../node_modules/croner/package.json", import.meta.url), "utf8"));

const croners = crontabs
  .slice(0, 300)
  .map(({ expression, zone }) => new Cron(expression, { timezone: zone, domAndDow: true }));
const withCroner = () =>
  croners.map((cron, index) => measure(times[index] ?? [], (time) => cron.nextRun(new Date(time))));
withCroner();

measureAll((schedule, time) => schedule.next(time));
const own = add(
  "crontab next",
  measureAll((schedule, time) => schedule.next(time)),
);
add(`crontab next by croner ${version}`, withCroner(), { name: "hyoshi's", median: own });
add(
  "crontab previous",
  measureAll((schedule, time) => schedule.previous(time)),
);
add(
  "crontab compile",
  crontabs.map((crontab) => measure([crontab], compile)),
);

const rare = compile({ expression: "0 0 29 2 1", zone: "America/New_York" });
for (let pass = 0; pass < 2; pass += 1) {
  const perTime = times.slice(0, 200).map((some) => measure(some, (time) => rare.next(time)));
  if (pass === 1) add("crontab next, 29 February on a Monday", perTime);
}

const others: [string, ScheduleDefinition][] = [
  ["interval next, 5 seconds", { kind: "interval", every: 5, period: "seconds" }],
  ["interval next, 1 month", { kind: "interval", every: 1, period: "months" }],
  ["solar next, sunrise in Tokyo", { kind: "solar", event: "sunrise", latitude: 35.68, longitude: 139.77 }],
  ["solar next, sunrise in Longyearbyen", { kind: "solar", event: "sunrise", latitude: 78.22, longitude: 15.65 }],
];
for (const [name, definition] of others) {
  const schedule = compileSchedule(definition, "America/New_York");
  add(
    name,
    times.slice(0, 20).map((some) => measure(some, (time) => schedule.next(time))),
  );
}

const minutes = compile({ expression: "* * * * *", zone: "America/New_York" });
add(
  "crontab count, every minute of a year",
  [0, 1, 2, 3, 4].map(() => measure([0], () => minutes.count(Date.UTC(2027, 0), Date.UTC(2028, 0), 1e9))),
);

const WEEK = { from: Date.UTC(2027, 2, 8), to: Date.UTC(2027, 2, 15) };
/** Five thousand plans that differ, as projects have them: every few minutes, hourly, and most of them daily; some with a calendar. */
const groups = Array.from({ length: 5000 }, (_, index) => {
  const minute = random(60);
  const days = ["*", "1-5", String(random(7))][random(3)];
  const expression =
    [`*/${1 + random(30)} * * * ${days}`, `*/5 9-17 * * ${days}`, `${minute} * * * ${days}`][random(10)] ??
    `${minute} ${random(24)} * * ${days}`;
  const calendar =
    random(20) > 0
      ? null
      : ({ id: 1, version: 1, rule: "skip", days: { weekend: [0, 6], closed: {}, open: [] } } as const);
  const definition: ScheduleDefinition =
    random(20) > 0 ? { kind: "crontab", expression } : { kind: "interval", every: 1 + random(120), period: "seconds" };
  return { plan: plainPlan({ definition, zone: ZONES[index % ZONES.length] ?? "UTC", calendar }), count: 20 };
});
let sliceBegan = performance.now();
let longestSlice = 0;
const slices = {
  monotonic: () => performance.now(),
  breathe: async () => {
    longestSlice = Math.max(longestSlice, performance.now() - sliceBegan);
    await new Promise((resolve) => setImmediate(resolve));
    sliceBegan = performance.now();
  },
};
const forecasts: number[] = [];
for (let pass = 0; pass < 5; pass += 1) {
  const began = performance.now();
  sliceBegan = began;
  const { share } = await inSlices(forecastSteps(groups, WEEK, compilePlan), slices);
  if (share !== 1) throw new Error(`only ${share} of the schedules were computed`);
  forecasts.push(performance.now() - began);
}
results.push(
  {
    figure: "forecast of a week, 100,000 schedules of 5,000 plans, median",
    value: rounded(percentile(forecasts, 0.5)),
    unit: "ms",
  },
  { figure: "forecast, longest time without a pause", value: rounded(longestSlice), unit: "ms" },
);

report("schedule", { crontabs: CRONTABS, "times each": ASKED, zones: ZONES.length, tz: process.versions.tz }, results);
