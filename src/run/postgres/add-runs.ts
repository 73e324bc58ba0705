import type { Instant } from "../../base/clock.ts";
import { isDecidedByInsert, type Place, placeRuns, stopReplaced } from "../../database/postgres/place-runs.ts";
import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { runColumnNames, runColumns, runRow } from "../../database/postgres/run-batch.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import { firstState } from "../../database/queries/run-columns.ts";
import type { Arrival, Carriage } from "../arrival.ts";
import type { NewRun } from "../run.ts";
import type { AddAnswer } from "../run-store.ts";

const insert = `
  insert into run_live (${runColumnNames})
  select ${runColumnNames} from ${unnest(runColumns, "t")}
  where not exists (select 1 from run_done d where d.id = t.id)
  order by ord
  on conflict do nothing
  returning id`;

// One that another connection finished meanwhile was in neither table for the insert, which waited for that commit.
export const withdraw = `
  delete from run_live r using run_done d where r.id = any($1::text[]) and d.id = r.id
  returning r.id`;

const known = `
  select id from run_live where id = any($1::text[])
  union all
  select id from run_done where id = any($1::text[])`;

const insertNew = `
  insert into run_live (${runColumnNames})
  select ${runColumnNames} from ${unnest(runColumns, "t")}
  order by ord`;

/** New rows in one transaction: 10 ms of writing, and nobody waits for it. */
const NEW_ROWS = 1_000;

interface ToInsert {
  readonly run: NewRun;
  readonly state: "scheduled" | "held" | Arrival;
  readonly lockKey?: string;
  readonly publishedAt?: Instant;
}

export interface AddOptions {
  readonly carriage: Carriage;
  /** When a broker took their messages, where one has. */
  readonly publishedAt?: Instant;
}

interface Adding {
  readonly run: NewRun;
  answer?: AddAnswer;
}

/** Inside a transaction. */
export async function addRuns(
  connection: PostgresConnection,
  runs: readonly NewRun[],
  options: AddOptions,
): Promise<readonly AddAnswer[]> {
  const all: readonly Adding[] = runs.map((run) => ({ run }));
  await addPlain(
    connection,
    all.filter(({ run }) => isDecidedByInsert(run)),
    options,
  );
  for (;;) {
    const pending = all.filter(({ answer }) => answer === undefined);
    if (pending.length === 0) break;
    await addPlaced(connection, pending, options);
  }
  return all.map(({ answer }) => answer ?? "locked");
}

/**
 * Runs whose ids nobody else can know, and without a lock: there is nothing to look for. Each thousand is a transaction by itself, one behind the other in
 * their order: while the server writes one, the next one is on its way.
 *
 * @param written called when some of them are committed
 */
export async function addNewRuns(
  connection: PostgresConnection,
  runs: readonly NewRun[],
  { arrival, written }: { readonly arrival: Arrival; readonly written: () => void },
): Promise<void> {
  const asked: Promise<unknown>[] = [];
  try {
    for (let from = 0; from < runs.length; from += NEW_ROWS) {
      const rows = runs.slice(from, from + NEW_ROWS).map((run) => runRow(run, firstState(run, arrival)));
      const values = arraysOf(runColumns, rows);
      asked.push(connection.query({ name: "add-new-runs", text: insertNew, values }).then(written));
      await asked.at(-2);
    }
    await asked.at(-1);
  } finally {
    // The connection is the next one's only when all of it is answered.
    await Promise.allSettled(asked);
  }
}

async function addPlain(
  connection: PostgresConnection,
  each: readonly Adding[],
  { carriage: { arrival }, publishedAt }: AddOptions,
): Promise<void> {
  const added = await insertRuns(
    connection,
    each.map(({ run }) =>
      publishedAt === undefined ? { run, state: firstState(run, arrival) } : { run, state: "ready", publishedAt },
    ),
  );
  const exists = await idsThatAreThere(
    connection,
    each.filter(({ run }) => !added.has(run.id)).map(({ run }) => run),
  );
  for (const one of each) {
    const { id } = one.run;
    // Of two with one id in a batch the first is added.
    one.answer = added.delete(id) ? "added" : exists.has(id) ? "exists" : "locked";
    if (one.answer === "added") exists.add(id);
  }
}

/** Leaves those without an answer that are to be asked again. */
async function addPlaced(
  connection: PostgresConnection,
  each: readonly Adding[],
  { carriage }: AddOptions,
): Promise<void> {
  const places = await placeRuns(
    connection,
    each.map(({ run }) => run),
    carriage,
  );
  const placed = each.map((one, n) => ({ one, run: one.run, place: places[n] as Place }));
  const inserted = await insertRuns(
    connection,
    placed.flatMap((one) => toInsert(one, carriage.arrival)),
  );
  const isNew = ({ run, place }: (typeof placed)[number]) =>
    (place.kind === "slot" || place.kind === "held") && inserted.has(run.id);
  const released = await stopReplaced(connection, placed.filter(isNew), carriage);
  const exists = await idsThatAreThere(
    connection,
    placed.filter((item) => item.place.kind !== "later" && !isNew(item)).map(({ run }) => run),
  );
  for (const item of placed) {
    const { one, run, place } = item;
    if (place.kind === "locked" || place.kind === "exists") one.answer = place.kind;
    else if (isNew(item)) one.answer = place.kind === "held" && !released.has(run.id) ? "held" : "added";
    else if (exists.has(run.id)) one.answer = "exists";
  }
}

function toInsert({ run, place }: { run: NewRun; place: Place }, arrival: Arrival): ToInsert[] {
  if (place.kind === "slot") return [{ run, state: firstState(run, arrival), lockKey: place.lockKey }];
  return place.kind === "held" ? [{ run, state: "held", lockKey: place.lockKey }] : [];
}

/** Answers the ids of those that are new and nothing was in the way of. */
async function insertRuns(connection: PostgresConnection, runs: readonly ToInsert[]): Promise<Set<string>> {
  if (runs.length === 0) return new Set();
  const rows = runs.map(({ run, state, lockKey, publishedAt }) => runRow(run, state, lockKey, publishedAt));
  const values = arraysOf(runColumns, rows);
  const inserted = await connection.query<{ id: string }>({ name: "add-runs", text: insert, values });
  const ids = new Set(inserted.rows.map(({ id }) => id));
  if (ids.size === 0) return ids;
  const withdrawn = await connection.query<{ id: string }>({
    name: "add-runs-withdraw",
    text: withdraw,
    values: [[...ids]],
  });
  for (const { id } of withdrawn.rows) ids.delete(id);
  return ids;
}

async function idsThatAreThere(connection: PostgresConnection, runs: readonly NewRun[]): Promise<Set<string>> {
  if (runs.length === 0) return new Set();
  const values = [runs.map(({ id }) => id)];
  const { rows } = await connection.query<{ id: string }>({ name: "add-runs-known", text: known, values });
  return new Set(rows.map(({ id }) => id));
}
