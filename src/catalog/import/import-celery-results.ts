import { HyoshiError } from "../../base/error.ts";
import type { ForeignRow, ForeignTables } from "../../foreign/foreign-tables.ts";
import { assertZone } from "../../schedule/zone-name.ts";
import type { CatalogParts } from "../catalog-parts.ts";
import { groupMembers, groupRun, type Loss, type ResultContext, resultRun } from "./celery-result-run.ts";
import type { ImportItem, ImportReport } from "./import-report.ts";
import { importUid } from "./import-uid.ts";

export interface CeleryResultsImport {
  readonly tables: ForeignTables;
  readonly source: string;
  /** Of times that are stored without one, in SQLite. Default: UTC. */
  readonly storedZone?: string;
  /** As the periodic tasks were imported with. */
  readonly prefix: string;
  /** Only rows with a greater id: where an import that was interrupted goes on. */
  readonly after?: number;
  readonly dryRun: boolean;
  /** Told after each batch: the last row's id, and how many were read. */
  readonly progress?: (at: { readonly id: number; readonly read: number }) => void;
}

const RESULTS = "django_celery_results_taskresult";
const GROUPS = "django_celery_results_groupresult";
const CHORDS = "django_celery_results_chordcounter";
/** Rows of one transaction: small enough that other writers get their turn. */
const AT_ONCE = 200;
/** Places that are named of each reason. */
const TOLD = 5;

/** Rows that share what became of them, told in one line. */
class Tally {
  readonly #groups = new Map<string, { readonly item: ImportItem; count: number; readonly ids: number[] }>();

  add(outcome: ImportItem["outcome"], what: string, id: number, reason: string): void {
    const key = JSON.stringify([outcome, what, reason]);
    const group = this.#groups.get(key) ?? {
      item: { outcome, place: what, name: null, reason, notes: [] },
      ...{ count: 0, ids: [] },
    };
    this.#groups.set(key, group);
    group.count += 1;
    if (group.ids.length < TOLD) group.ids.push(id);
  }

  items(): ImportItem[] {
    return [...this.#groups.values()].map(({ item, count, ids }) => {
      const more = count > ids.length ? ` and ${count - ids.length} more` : "";
      return { ...item, place: `${item.place} ${ids.join(", ")}${more}` };
    });
  }

  count(outcome: ImportItem["outcome"]): number {
    return [...this.#groups.values()].reduce(
      (sum, { item, count }) => (item.outcome === outcome ? sum + count : sum),
      0,
    );
  }
}

const lossWords: Readonly<Record<Loss, string>> = {
  no_task: "have no task's name, which Celery keeps only with result_extended: their task is called 'unknown'",
  arguments_as_text:
    "have arguments that are kept as text: Celery keeps a representation only, and may have shortened it",
  result_as_text: "have results that are kept as text: they are encoded in another way than JSON",
};

/**
 * Takes over what ended under django-celery-results, of any version, as runs that have ended; ids stay, and what is here already is passed over, so
 * that it may be interrupted and repeated. Links to the periodic tasks that were imported from django-celery-beat.
 *
 * @throws HyoshiError `unknown_source`, `unknown_time_zone`, and what the tables fail with
 */
export async function importCeleryResults(parts: CatalogParts, request: CeleryResultsImport): Promise<ImportReport> {
  const { tables, source, dryRun, progress } = request;
  if ((await tables.columns(RESULTS)).length === 0) {
    throw new HyoshiError(
      "unknown_source",
      `the database has no table ${RESULTS}: expected the one that django-celery-results uses`,
    );
  }
  const zone = assertZone(request.storedZone ?? "UTC", "storedZone");
  const names = new PeriodicTaskNames(parts, request.prefix);
  const context: ResultContext = { zone, queue: parts.defaultQueue, periodicTaskId: (name) => names.idOf(name) };
  const tally = new Tally();
  const losses = new Map<Loss, number>();
  const kept = parts.clock.now() - parts.retained.runsMs;
  let read = 0;
  let imported = 0;
  let old = 0;
  let unlinked = 0;
  for await (const rows of batches(tables, RESULTS, request.after)) {
    await names.look(rows);
    const runs = rows.flatMap((row) => {
      const converted = resultRun(row, context);
      if (typeof converted === "string") {
        tally.add("skipped", "task result", Number(row.id), converted);
        return [];
      }
      if (row.periodic_task_name && converted.run.periodicTaskId === undefined) unlinked += 1;
      return [{ ...converted, row: Number(row.id) }];
    });
    const added = dryRun ? await areNew(parts, runs) : await parts.archive.add(runs.map(({ run }) => run));
    for (const [index, { run, row, losses: lost }] of runs.entries()) {
      if (!added[index]) {
        tally.add("unchanged", "task result", row, "is here already");
        continue;
      }
      imported += 1;
      if (run.endedAt < kept) old += 1;
      for (const loss of lost) losses.set(loss, (losses.get(loss) ?? 0) + 1);
    }
    read += rows.length;
    progress?.({ id: Number(rows.at(-1)?.id), read });
  }
  const groups = await importGroups(parts, request, context, tally);
  const notes = [
    ...[...losses].map(([loss, count]) => `${count} ${lossWords[loss]}`),
    ...(unlinked > 0 ? [`${unlinked} name a periodic task that is not here: they are linked to none`] : []),
    ...(old > 0
      ? [
          `${old} ended longer ago than the settings keep runs: retention removes them, but for the last 100 of a periodic task`,
        ]
      : []),
    ...(imported > 0 ? [`their queue was not kept: it is '${parts.defaultQueue}' here`] : []),
    ...(await chordNote(tables)),
  ];
  const counts = {
    imported: imported + groups,
    changed: 0,
    unchanged: tally.count("unchanged"),
    skipped: tally.count("skipped"),
  };
  return { source, dryRun, counts, items: tally.items(), notes };
}

async function* batches(tables: ForeignTables, table: string, from?: number): AsyncGenerator<readonly ForeignRow[]> {
  for (let after = from; ; ) {
    const rows = await tables.rows(table, { key: "id", limit: AT_ONCE, ...(after !== undefined && { after }) });
    if (rows.length > 0) yield rows;
    if (rows.length < AT_ONCE) return;
    after = Number(rows.at(-1)?.id);
  }
}

async function areNew({ archive }: CatalogParts, runs: readonly { readonly run: { readonly id: string } }[]) {
  const there = await archive.states(runs.map(({ run }) => run.id));
  return runs.map(({ run }) => !there.has(run.id));
}

/** A group becomes a run above its members. */
async function importGroups(
  { archive }: CatalogParts,
  { tables, dryRun }: CeleryResultsImport,
  context: ResultContext,
  tally: Tally,
): Promise<number> {
  if ((await tables.columns(GROUPS)).length === 0) return 0;
  let imported = 0;
  for await (const rows of batches(tables, GROUPS)) {
    for (const row of rows) {
      const skip = (reason: string) => tally.add("skipped", "group result", Number(row.id), reason);
      const ids = groupMembers(row);
      if (ids === undefined) {
        skip("its members cannot be read");
        continue;
      }
      const there = await archive.states(ids);
      const members = new Map(
        ids.flatMap((id): [string, string][] => (there.has(id) ? [[id, there.get(id) ?? ""]] : [])),
      );
      const run = groupRun(row, members, context);
      if (run === undefined) skip(dryRun ? "none of its members is here yet" : "none of its members is here");
      else if (dryRun ? !(await archive.states([run.id])).has(run.id) : (await archive.add([run]))[0]) {
        imported += 1;
        if (!dryRun) await archive.adopt(run.id, [...members.keys()]);
      } else tally.add("unchanged", "group result", Number(row.id), "is here already");
    }
  }
  return imported;
}

async function chordNote(tables: ForeignTables): Promise<readonly string[]> {
  if ((await tables.columns(CHORDS)).length === 0) return [];
  const count = await tables.count(CHORDS);
  return count === 0 ? [] : [`${count} chords wait for members there: what follows them is theirs to start`];
}

/** Which periodic task here is theirs of a name: the one that was imported from it, else the one of that name. */
class PeriodicTaskNames {
  readonly #parts: CatalogParts;
  readonly #prefix: string;
  readonly #ids = new Map<string, number | undefined>();

  constructor(parts: CatalogParts, prefix: string) {
    this.#parts = parts;
    this.#prefix = prefix;
  }

  async look(rows: readonly ForeignRow[]): Promise<void> {
    const names = new Set(rows.map(({ periodic_task_name: name }) => name));
    for (const name of names) {
      if (typeof name !== "string" || name === "" || this.#ids.has(name)) continue;
      const { periodicTasks } = this.#parts.readers;
      const uid = importUid("django-celery-beat", this.#prefix + name);
      const id = (await periodicTasks.findByUids([uid])).get(uid)?.id;
      this.#ids.set(name, id ?? (await periodicTasks.findIdByName(this.#prefix + name)));
    }
  }

  idOf(name: string): number | undefined {
    return this.#ids.get(name);
  }
}
