import type { Actor } from "../../account/permission.ts";
import type { Instant } from "../../base/clock.ts";
import { HyoshiError } from "../../base/error.ts";
import type { ForeignTables } from "../../foreign/foreign-tables.ts";
import type { Misfire } from "../../ledger/periodic-task-store.ts";
import { compileSchedule, parseDefinition } from "../../schedule/definition.ts";
import { assertZone } from "../../schedule/zone-name.ts";
import type { CatalogParts } from "../catalog-parts.ts";
import type { PeriodicTaskEditor } from "../periodic-task-editor.ts";
import { readTaskDirectory, withOwn } from "../task-directory.ts";
import { type BeatRow, CHANGES, PERIODIC_TASKS, readBeatRows } from "./celery-beat-rows.ts";
import { beatTask, type ConvertedTask, type PriorityOrder } from "./celery-beat-task.ts";
import { type ImportedPeriodicTask, importPeriodicTasks } from "./import-periodic-tasks.ts";
import { type ImportItem, type ImportReport, importReport } from "./import-report.ts";
import { importUid } from "./import-uid.ts";

export interface CeleryBeatImport {
  readonly tables: ForeignTables;
  /** What the report calls it. */
  readonly source: string;
  /** Their beat has been stopped: switches their rows off, and goes on here from their last runs. */
  readonly takeOver: boolean;
  /** Without `takeOver`: switched on where it is on there; else everything is switched off here. */
  readonly enabled: boolean;
  /** Of crontabs that have none. Default: the project's. */
  readonly zone?: string;
  /** Of times that are stored without one, in SQLite. Default: UTC, in which Django stores them unless USE_TZ is off. */
  readonly storedZone?: string;
  readonly priorities?: PriorityOrder;
  readonly misfire: Misfire;
  readonly prefix: string;
  readonly overwrite: boolean;
  readonly dryRun: boolean;
  readonly by: Actor;
}

interface Target {
  readonly editor: PeriodicTaskEditor;
  readonly parts: CatalogParts;
}

/** A row that can be imported, and as what. */
interface Convertible {
  readonly row: BeatRow;
  readonly converted: ConvertedTask;
  readonly task: ImportedPeriodicTask;
}

/**
 * Makes a periodic task of each of django-celery-beat's. A row is known by its name (and the prefix), so that importing again changes nothing.
 * With `takeOver`, what they have accounted for ends here at their last run: every later nominal time is this beat's, and the misfire rule
 * decides about those that have passed.
 *
 * @throws HyoshiError `unknown_source`, `unknown_time_zone`, and what the tables fail with
 */
export async function importCeleryBeat(target: Target, request: CeleryBeatImport): Promise<ImportReport> {
  const { parts } = target;
  const { tables, dryRun, source, takeOver, prefix } = request;
  const now = parts.clock.now();
  const zone = assertZone(request.zone ?? parts.timeZone, "zone");
  const { rows, hasZones } = await readBeatRows(tables, assertZone(request.storedZone ?? "UTC", "storedZone"));
  const directory = await readTaskDirectory(parts.readers.processes, { now, defaultQueue: parts.defaultQueue });
  const own = new Map(parts.ownTasks?.map((task) => [task.task, task]));
  const context = {
    ...{ now, zone, prefix, misfire: request.misfire, priorities: request.priorities },
    enabled: takeOver || request.enabled ? ("carry" as const) : ("off" as const),
    known: (task: string) => withOwn(directory.find(task), own.get(task)),
  };
  const items: ImportItem[] = [];
  const convertible: Convertible[] = [];
  for (const row of rows) {
    const converted = beatTask(row, context);
    const place = `periodic task ${row.id}`;
    if (typeof converted === "string") {
      const stays = takeOver && row.enabled ? ["it stays switched on there"] : [];
      items.push({ outcome: "skipped", place, name: row.name, reason: converted, notes: stays });
      continue;
    }
    const stale = row.enabled ? staleNotes(row, converted, takeOver, now) : [];
    const uid = importUid("django-celery-beat", prefix + row.name);
    const task = {
      ...{ uid, place, input: converted.input, notes: [...converted.notes, ...stale] },
      ...(takeOver && row.enabled && { schedules: [{ accountedFrom: converted.since }] }),
      madeUp: ["tags", "ownerId", ...(takeOver || request.enabled ? [] : ["enabled"])],
    };
    convertible.push({ row, converted, task });
  }
  const there = await parts.readers.periodicTasks.findByUids(convertible.map(({ task }) => task.uid));
  for (const one of convertible) {
    const here = there.get(one.task.uid);
    const isTaken = takeOver && one.row.enabled && here !== undefined && here.archivedAt === null;
    // What was imported before goes on as it is here: only its switch and its start are taken over.
    const [item] = isTaken
      ? [await takeOverImported(target, here.id, one, request)]
      : await importPeriodicTasks(target, [one.task], request);
    if (item === undefined) continue;
    const isOurs = item.outcome !== "skipped" && takeOver && one.row.enabled;
    items.push(isOurs && !dryRun ? await switchedOffThere(target, one, item, request) : item);
  }
  if (takeOver && !dryRun) await tellTheirBeat(tables, now);
  items.sort((a, b) => placeOf(a) - placeOf(b));
  return importReport({ source, dryRun, items, notes: notesOf(rows, { ...request, zone, hasZones }) });
}

const placeOf = ({ place }: ImportItem) => Number(place.split(" ").at(-1));

const MOST_COUNTED = 1_000;

/** Their beat notes its runs every three minutes, and on its end: what it has sent since may not be noted. */
function staleNotes(row: BeatRow, { input, since }: ConvertedTask, takeOver: boolean, now: Instant): string[] {
  const passed = countPassed(input.schedules?.[0] ?? {}, since, now);
  if (passed === 0 || input.enabled === false) return [];
  const times = passed === MOST_COUNTED ? `${MOST_COUNTED} times or more` : passed === 1 ? "1 time" : `${passed} times`;
  const last =
    row.lastRunAt === null
      ? `it has noted no run since it was saved (${iso(since)})`
      : `its last run is noted at ${iso(row.lastRunAt)}`;
  const after = takeOver
    ? "they are late here, and the misfire rule decides; if their beat has sent one without noting it, that one is sent twice"
    : "their beat was down, or has not noted its last runs yet";
  return [`stale: ${last}, and ${times} of it ${passed === 1 ? "has" : "have"} passed since: ${after}`];
}

const iso = (at: Instant) => new Date(at).toISOString();

function countPassed(
  schedule: { readonly zone?: string | undefined; readonly startsAt?: unknown; readonly endsAt?: unknown },
  since: Instant,
  now: Instant,
): number {
  try {
    const bounds = { startsAt: instantOrNull(schedule.startsAt), endsAt: instantOrNull(schedule.endsAt) };
    const compiled = compileSchedule(parseDefinition(schedule), schedule.zone ?? "UTC", bounds);
    return compiled.count(since + 1, now, MOST_COUNTED);
  } catch {
    // What cannot be computed is told where it is saved.
    return 0;
  }
}

const instantOrNull = (value: unknown): Instant | null => (typeof value === "number" ? value : null);

/** Switches on what was imported switched off, from their last run on: its schedules begin anew, and what they had before stays in the ledger. */
async function takeOverImported(
  { editor, parts }: Target,
  id: number,
  { converted, task }: Convertible,
  { by, dryRun }: CeleryBeatImport,
): Promise<ImportItem> {
  const { place } = task;
  const current = await parts.periodicTasks.find(id, parts.clock.now());
  if (current === undefined) throw new HyoshiError("not_found", `there is no periodic task with the id ${id}`);
  const item = { place, name: current.name, notes: task.notes };
  if (current.enabled || converted.input.enabled === false) {
    const reason = current.enabled ? "is switched on here already: it goes on as it is" : "is over there";
    return { ...item, outcome: "unchanged", reason };
  }
  if (!dryRun) {
    const [schedule] = converted.input.schedules ?? [];
    const anchor = instantOrNull((schedule as { readonly anchor?: unknown } | undefined)?.anchor);
    const start = { since: converted.since, ...(anchor !== null && { anchor }) };
    await editor.switchOnSince(id, current.version, start, by);
  }
  return { ...item, outcome: "changed", fields: ["enabled"] };
}

/** Only where their row is still as it was read: else their beat is at work, and both would send. */
async function switchedOffThere(
  { editor, parts }: Target,
  { row, task }: Convertible,
  item: ImportItem,
  { tables, by }: CeleryBeatImport,
): Promise<ImportItem> {
  const asRead = { id: row.id, last_run_at: row.storedLastRunAt };
  const changed = await tables.update(PERIODIC_TASKS, asRead, { enabled: 0 });
  if (changed === 1) return { ...item, notes: [...item.notes, "switched off there"] };
  const here = (await parts.readers.periodicTasks.findByUids([task.uid])).get(task.uid);
  if (here !== undefined) await editor.setEnabled(here.id, false, by);
  const note =
    "their row was written meanwhile, so their beat still runs: it stays switched on there and is switched off here; stop their beat and take over again";
  return { ...item, notes: [...item.notes, note] };
}

/** So that a beat of theirs that runs in spite of all reads its rows again. */
async function tellTheirBeat(tables: ForeignTables, now: Instant): Promise<void> {
  if ((await tables.columns(CHANGES)).length === 0) return;
  await tables.update(CHANGES, { ident: 1 }, { last_update: iso(now).replace("T", " ").replace("Z", "") });
}

function notesOf(
  rows: readonly BeatRow[],
  { zone, hasZones, takeOver, enabled }: CeleryBeatImport & { readonly zone: string; readonly hasZones: boolean },
): string[] {
  const has = (kind: string) => rows.some(({ schedules }) => schedules[0]?.kind === kind);
  const notes: string[] = [];
  if (has("crontab") && !hasZones) {
    notes.push(`this version's crontabs have no zone: their times are read in ${zone} (--zone names another)`);
  }
  if (has("interval")) {
    notes.push(
      "intervals count from the last run there, and drift; here they are anchored to their last run, and neither drift nor begin anew",
    );
  }
  if (rows.some(({ totalRunCount }) => totalRunCount > 0)) {
    notes.push(
      "their counts of runs are not taken over; 'hyoshi import django-celery-results' brings the runs themselves",
    );
  }
  if (enabled && !takeOver) {
    notes.push("what is switched on here and there is sent by both: stop their beat, or switch one of them off");
  }
  return notes;
}
