import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemActor } from "../../../src/account/permission.ts";
import { openForeignTables } from "../../../src/app/open-foreign-tables.ts";
import type { CeleryBeatImport } from "../../../src/catalog/import/import-celery-beat.ts";
import type { ImportReport } from "../../../src/catalog/import/import-report.ts";
import type { ForeignTables } from "../../../src/foreign/foreign-tables.ts";
import { createTestCatalog, type TestCatalog } from "../../support/catalog.ts";
import { addRow, makeCeleryBeatTables } from "../../support/celery-beat-schema.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { type DjangoRow, isDjangoNeeded, makeDjangoSource } from "../../support/django-source.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { createPostgresTestDatabase } from "../../support/postgres-database.ts";

const now = Date.UTC(2026, 10, 22, 12, 0, 30);
const by = systemActor("test");

let database: TestDatabase;
let clock: FakeClock;
let test: TestCatalog;
let source: string;
let wrap: (tables: ForeignTables) => ForeignTables;
beforeEach(async () => {
  database = await openTestDatabase();
  clock = new FakeClock(now);
  test = createTestCatalog(database, clock);
  source = join(database.folder, "source.sqlite3");
  wrap = (tables) => tables;
});
afterEach(() => database.close());

async function imported(parts: Partial<CeleryBeatImport> = {}): Promise<ImportReport> {
  const { takeOver = false, dryRun = false } = parts;
  const tables = wrap(await openForeignTables(source, "/", { writable: takeOver && !dryRun }));
  try {
    return await test.catalog.imports.celeryBeat({
      ...{ tables, source, by, takeOver, dryRun, enabled: false, misfire: "latest", prefix: "", overwrite: false },
      ...parts,
    });
  } finally {
    await tables.close();
  }
}

async function stored(name: string) {
  const id = await test.parts.readers.periodicTasks.findIdByName(name);
  const task = await test.parts.periodicTasks.find(id ?? 0, clock.now());
  if (task === undefined) throw new Error(`there is no '${name}'`);
  return task;
}

const itemOf = ({ items }: ImportReport, name: string) => items.find((item) => item.name === name);
const iso = (at: number) => new Date(at).toISOString();

const lastRunAt = Date.UTC(2026, 10, 22, 11, 57, 0, 250);
const rows: readonly DjangoRow[] = [
  {
    model: "django_celery_beat.CrontabSchedule",
    as: "workdays",
    fields: { minute: "30", hour: "2", day_of_week: "mon-fri", timezone: "America/New_York" },
  },
  {
    model: "django_celery_beat.CrontabSchedule",
    as: "minutely",
    fields: { minute: "*", timezone: "UTC" },
  },
  { model: "django_celery_beat.IntervalSchedule", as: "ten", fields: { every: 10, period: "minutes" } },
  {
    model: "django_celery_beat.SolarSchedule",
    as: "dusk",
    fields: { event: "sunset", latitude: "35.680000", longitude: "139.770000" },
  },
  { model: "django_celery_beat.ClockedSchedule", as: "once", fields: { clocked_time: "2027-01-01T00:00:00Z" } },
  {
    model: "django_celery_beat.PeriodicTask",
    fields: {
      name: "Workday report",
      task: "shop.tasks.report",
      crontab: "@workdays",
      args: '["sales"]',
      kwargs: '{"days": 1}',
      queue: "reports",
      priority: 2,
      headers: '{"team": "shop"}',
      expire_seconds: 3600,
      start_time: "2026-01-01T00:00:00Z",
      description: "Ask Kana.",
    },
    afterwards: { last_run_at: "2026-11-20T07:30:00.120000Z", total_run_count: 9 },
  },
  {
    model: "django_celery_beat.PeriodicTask",
    fields: { name: "Every minute", task: "shop.tasks.tick", crontab: "@minutely" },
    afterwards: { last_run_at: iso(lastRunAt) },
  },
  {
    model: "django_celery_beat.PeriodicTask",
    fields: { name: "Every ten minutes", task: "shop.tasks.poll", interval: "@ten" },
    afterwards: { last_run_at: "2026-11-22T11:58:12.345678Z" },
  },
  {
    model: "django_celery_beat.PeriodicTask",
    fields: { name: "Lights", task: "shop.tasks.lights", solar: "@dusk", enabled: false },
  },
  {
    model: "django_celery_beat.PeriodicTask",
    fields: { name: "New year", task: "shop.tasks.greet", clocked: "@once", one_off: true },
  },
  {
    model: "django_celery_beat.PeriodicTask",
    fields: { name: "celery.backend_cleanup", task: "celery.backend_cleanup", interval: "@ten" },
  },
];

describe.skipIf(!isDjangoNeeded).each(["SQLite", "PostgreSQL"])("a database that Django made on %s", (kind) => {
  let drop: (() => Promise<void>) | undefined;
  beforeEach(async () => {
    if (kind === "PostgreSQL") ({ url: source, drop } = await createPostgresTestDatabase({ empty: true }));
    makeDjangoSource(source, rows);
  });
  afterEach(() => drop?.());

  it("is imported with all that its columns say, and a second time nothing changes", async () => {
    const dry = await imported({ dryRun: true, enabled: true, priorities: "high-first" });
    expect(dry.counts).toEqual({ imported: 5, changed: 0, unchanged: 0, skipped: 1 });
    expect(await test.parts.readers.periodicTasks.findIdByName("Workday report")).toBeUndefined();

    const report = await imported({ enabled: true, priorities: "high-first" });
    expect(report.counts).toEqual(dry.counts);
    expect(await stored("Workday report")).toMatchObject({
      task: "shop.tasks.report",
      payload: { args: ["sales"], kwargs: { days: 1 } },
      queue: "reports",
      priority: 2,
      options: { expiresMs: 3_600_000, headers: { team: "shop" } },
      description: "Ask Kana.",
      enabled: true,
      schedules: [
        {
          definition: { kind: "crontab", expression: "30 2 * * mon-fri" },
          zone: "America/New_York",
          misfire: "latest",
          startsAt: Date.UTC(2026, 0, 1),
          accountedFrom: now,
        },
      ],
    });
    const anchor = Date.UTC(2026, 10, 22, 11, 58, 12, 345);
    expect(await stored("Every ten minutes")).toMatchObject({
      schedules: [{ definition: { kind: "interval", every: 10, period: "minutes", anchor }, nextAt: anchor + 600_000 }],
    });
    expect(await stored("Lights")).toMatchObject({
      enabled: false,
      schedules: [{ definition: { kind: "solar", event: "sunset", latitude: 35.68, longitude: 139.77 } }],
    });
    expect(await stored("New year")).toMatchObject({
      schedules: [{ definition: { kind: "clocked", at: Date.UTC(2027, 0, 1) } }],
    });
    expect(itemOf(report, "celery.backend_cleanup")).toMatchObject({ outcome: "skipped" });

    const again = await imported({ enabled: true, priorities: "high-first" });
    expect(again.counts).toEqual({ imported: 0, changed: 0, unchanged: 5, skipped: 1 });
  });

  it("is taken over at its last runs: what passed since is late here, and nothing is sent there any more", async () => {
    const dry = await imported({ takeOver: true, dryRun: true });
    const report = await imported({ takeOver: true });
    expect(report.counts).toEqual(dry.counts);
    expect(itemOf(report, "Every minute")?.notes).toEqual([
      expect.stringContaining("no process has announced"),
      expect.stringMatching(/stale: its last run is noted at 2026-11-22T11:57:00.250Z, and 3 times of it have passed/),
      "switched off there",
    ]);
    const { id, enabled, schedules } = await stored("Every minute");
    expect(enabled).toBe(true);
    expect(schedules[0]).toMatchObject({ accountedFrom: lastRunAt, nextAt: Date.UTC(2026, 10, 22, 11, 58) });
    await test.fire();
    const { items } = await test.parts.readers.firings.list({ periodicTaskId: id, limit: 10 });
    expect(items.map(({ nominalAt, throughAt, verdict }) => [iso(nominalAt), iso(throughAt), verdict])).toEqual([
      ["2026-11-22T12:00:00.000Z", "2026-11-22T12:00:00.000Z", "sent"],
      ["2026-11-22T11:58:00.000Z", "2026-11-22T11:59:00.000Z", "missed"],
    ]);

    const tables = await openForeignTables(source, "/", { writable: false });
    const left = await tables.rows("django_celery_beat_periodictask", { key: "id", limit: 100 });
    const [changes] = await tables.rows("django_celery_beat_periodictasks", { key: "ident", limit: 1 });
    await tables.close();
    const on = left.filter(({ enabled }) => enabled === 1 || enabled === "t").map(({ name }) => name);
    expect(on).toEqual(["celery.backend_cleanup"]);
    expect(left.find(({ name }) => name === "Every minute")?.last_run_at).not.toBeNull();
    expect(String(changes?.last_update)).toMatch(/^2026-11-22 12:00:30/);

    const again = await imported({ takeOver: true });
    expect(again.counts).toMatchObject({ imported: 0, changed: 0, skipped: 1 });
  });
});

describe("versions of old", () => {
  const saved = {
    args: "[]",
    kwargs: "{}",
    enabled: 1,
    total_run_count: 0,
    description: "",
    date_changed: "2026-11-01 00:00:00",
  };

  it("1.1: crontabs without a zone, and two schedules on one row", async () => {
    const db = makeCeleryBeatTables(source, "1.1");
    const crontab_id = addRow(db, "crontabschedule", {
      minute: "0",
      hour: "9",
      day_of_week: "1",
      day_of_month: "*",
      month_of_year: "*",
    });
    const interval_id = addRow(db, "intervalschedule", { every: 500_000, period: "microseconds" });
    addRow(db, "periodictask", { ...saved, name: "Weekly", task: "a.b", crontab_id });
    addRow(db, "periodictask", { ...saved, name: "Too often", task: "a.b", interval_id, crontab_id });
    addRow(db, "periodictask", { ...saved, name: "Without", task: "a.b" });
    db.close();
    const report = await imported({ zone: "Europe/London", enabled: true });
    expect(report.notes).toContainEqual(expect.stringContaining("read in Europe/London"));
    expect(await stored("Weekly")).toMatchObject({
      schedules: [{ definition: { expression: "0 9 * * 1" }, zone: "Europe/London" }],
    });
    expect(itemOf(report, "Too often")).toMatchObject({
      outcome: "skipped",
      reason: expect.stringContaining("1 second"),
    });
    expect(itemOf(report, "Without")).toMatchObject({ outcome: "skipped", reason: "has no schedule" });
  });

  it("1.6: once, from a start, with headers and a clocked time that has its own switch", async () => {
    const db = makeCeleryBeatTables(source, "1.6");
    const interval_id = addRow(db, "intervalschedule", { every: 1, period: "days" });
    const clocked_id = addRow(db, "clockedschedule", { clocked_time: "2026-12-01 00:00:00", enabled: 0 });
    const one = { ...saved, task: "a.b", headers: '{"a": "b"}', one_off: 1 };
    addRow(db, "periodictask", { ...one, name: "Once", interval_id, start_time: "2026-12-24 18:00:00", priority: 0 });
    addRow(db, "periodictask", { ...one, name: "Fired", clocked_id });
    db.close();
    await imported({ enabled: true, priorities: "low-first" });
    const start = Date.UTC(2026, 11, 24, 18);
    expect(await stored("Once")).toMatchObject({
      enabled: true,
      priority: 9,
      options: { endAfterRuns: 1, headers: { a: "b" } },
      schedules: [{ definition: { anchor: start, period: "days" }, zone: "UTC", startsAt: start, nextAt: start }],
    });
    expect(await stored("Fired")).toMatchObject({ enabled: false });
  });

  it("2.0: runs that expire, and times stored in a zone where USE_TZ was off", async () => {
    const db = makeCeleryBeatTables(source, "2.0");
    const interval_id = addRow(db, "intervalschedule", { every: 1, period: "hours" });
    addRow(db, "periodictask", {
      ...saved,
      ...{ name: "Hourly", task: "a.b", headers: "{}", interval_id, expire_seconds: 90 },
      last_run_at: "2026-11-22 20:59:00",
    });
    db.close();
    await imported({ enabled: true, storedZone: "Asia/Tokyo" });
    expect(await stored("Hourly")).toMatchObject({
      options: { expiresMs: 90_000 },
      schedules: [{ definition: { anchor: Date.UTC(2026, 10, 22, 11, 59) } }],
    });
  });
});

describe("taking over", () => {
  const name = "Every minute";
  beforeEach(() => {
    const db = makeCeleryBeatTables(source, "2.9");
    const interval_id = addRow(db, "intervalschedule", { every: 1, period: "minutes" });
    addRow(db, "periodictask", {
      ...{ name, task: "a.b", args: "[]", kwargs: "{}", headers: "{}", description: "", interval_id },
      ...{ enabled: 1, total_run_count: 5, date_changed: "2026-11-01 00:00:00" },
      last_run_at: "2026-11-22 11:59:50.000000",
    });
    db.close();
  });

  it("is a second step: what was imported switched off is switched on as of the last run there", async () => {
    const first = await imported();
    expect(itemOf(first, name)).toMatchObject({
      outcome: "imported",
      notes: expect.arrayContaining([expect.stringContaining("--take-over")]),
    });
    expect(await stored(name)).toMatchObject({ enabled: false });
    await clock.advance(60_000);
    const second = await imported({ takeOver: true });
    expect(itemOf(second, name)).toMatchObject({ outcome: "changed", fields: ["enabled"] });
    const { enabled, schedules } = await stored(name);
    expect(enabled).toBe(true);
    expect(schedules).toMatchObject([
      { accountedFrom: Date.UTC(2026, 10, 22, 11, 59, 50), nextAt: Date.UTC(2026, 10, 22, 12, 0, 50) },
    ]);
  });

  it("counts intervals from the last run there, and not from the one that was noted at the first step", async () => {
    await imported();
    const db = new Sqlite(source);
    db.exec("update django_celery_beat_periodictask set last_run_at = '2026-11-22 12:00:20.000000'");
    db.close();
    await clock.advance(60_000);
    await imported({ takeOver: true });
    const { schedules } = await stored(name);
    expect(schedules).toMatchObject([
      { definition: { anchor: Date.UTC(2026, 10, 22, 12, 0, 20) }, nextAt: Date.UTC(2026, 10, 22, 12, 1, 20) },
    ]);
  });

  it("leaves alone a row that their beat has written meanwhile, and switches it off here", async () => {
    wrap = (tables) => ({
      ...tables,
      columns: (table) => tables.columns(table),
      rows: (table, page) => tables.rows(table, page),
      count: (table) => tables.count(table),
      close: () => tables.close(),
      async update(table, where, set) {
        const noted = { last_run_at: "2026-11-22 12:00:30.000000" };
        if (table.endsWith("periodictask")) await tables.update(table, { id: 1 }, noted);
        return tables.update(table, where, set);
      },
    });
    const report = await imported({ takeOver: true });
    expect(itemOf(report, name)?.notes.at(-1)).toContain("their beat still runs");
    expect(await stored(name)).toMatchObject({ enabled: false });
  });

  it("keeps what was edited here, and takes the source's only where it is asked to", async () => {
    await imported();
    const { id, version } = await stored(name);
    const edited = {
      name,
      task: "a.b",
      tags: ["ours"],
      enabled: false,
      schedules: [{ kind: "crontab", expression: "0 0 * * *" }],
    };
    await test.catalog.editor.save(edited, { id, version }, by);
    const kept = await imported();
    expect(itemOf(kept, name)).toMatchObject({ outcome: "unchanged", fields: ["schedules"] });
    const taken = await imported({ overwrite: true });
    expect(itemOf(taken, name)).toMatchObject({ outcome: "changed", fields: ["schedules"] });
    expect(await stored(name)).toMatchObject({ tags: ["ours"], schedules: [{ definition: { kind: "interval" } }] });
  });

  it("says what is there where it is no such database", async () => {
    source = join(database.folder, "hyoshi.sqlite");
    await expect(imported()).rejects.toMatchObject({ code: "unknown_source" });
    source = join(database.folder, "nowhere.sqlite3");
    await expect(imported()).rejects.toMatchObject({ code: "database_unavailable" });
  });
});
