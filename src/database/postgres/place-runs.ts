import type { Reason } from "../../firing/decision.ts";
import { placed, type RunLock, type SlotHolder } from "../../firing/run-lock.ts";
import type { Carriage } from "../../run/arrival.ts";
import type { RunToInsert } from "../queries/run-columns.ts";
import { REPLACER, replacedBy } from "../queries/settle-firing.ts";
import { cancelRuns } from "./cancel-runs.ts";
import type { PostgresConnection } from "./postgres-pool.ts";
import { lockKeys, lockStates } from "./run-locks.ts";

/** What becomes of a run that is to be added. */
export type Place =
  /** It is to be inserted with the slot. */
  | { readonly kind: "slot"; readonly lockKey: string }
  /** It is to be inserted as held, and the runs of `stop` are to stop once it is. */
  | { readonly kind: "held"; readonly lockKey: string; readonly behind: string; readonly stop: readonly string[] }
  | { readonly kind: "locked"; readonly reason: Reason; readonly by: string }
  /** It is there already. */
  | { readonly kind: "exists" }
  /** To be asked again when the ones before it are inserted. */
  | { readonly kind: "later" };

/** As many as one slot: whether it is free shows at the insert itself, by the slot's uniqueness. */
export function isDecidedByInsert(run: RunToInsert): boolean {
  return run.lock === undefined || (run.lock.rule === "skip" && run.lock.limit === 1);
}

type RunWithLock = RunToInsert & { readonly lock: RunLock };

/** The unfinished runs of one key, as they are when those before are inserted. */
interface Room {
  holders: SlotHolder[];
  waiting: string[];
  /** Whoever comes next depends on what is not written yet. */
  isOpen: boolean;
}

/**
 * Decides the overlap rule for runs that are about to be inserted by this transaction, one after the other, and takes away what stands in
 * their way. Their keys are this transaction's from here on.
 */
export async function placeRuns(
  connection: PostgresConnection,
  runs: readonly RunToInsert[],
  carriage: Carriage,
): Promise<readonly Place[]> {
  const locked = runs.filter((run): run is RunWithLock => run.lock !== undefined);
  if (locked.length === 0) return [];
  const keys = [...new Set(locked.map(({ lock }) => lock.key))];
  await lockKeys(connection, keys);
  const states = await lockStates(connection, keys);
  const rooms = new Map<string, Room>(
    [...states].map(([key, { holders, waiting }]) => [
      key,
      { holders: [...holders], waiting: [...waiting], isOpen: false },
    ]),
  );
  const there = await liveIds(connection, runs);
  const fresh = new Set<string>();
  const places: Place[] = [];
  for (const run of locked) {
    const room = rooms.get(run.lock.key);
    const place: Place = there.has(run.id)
      ? { kind: "exists" }
      : room === undefined || room.isOpen
        ? { kind: "later" }
        : await placeOne(connection, run, room, { fresh, carriage });
    if (place.kind === "slot" || place.kind === "held") fresh.add(run.id);
    there.add(run.id);
    places.push(place);
  }
  return places;
}

async function placeOne(
  connection: PostgresConnection,
  run: RunWithLock,
  room: Room,
  around: { readonly fresh: ReadonlySet<string>; readonly carriage: Carriage },
): Promise<Place> {
  const { fresh, carriage } = around;
  const request = { by: REPLACER, now: run.queuedAt, force: false, why: replacedBy(run.id) };
  const cancel = (id: string) => cancelRuns(connection, { ids: [id], ...request }, carriage);
  const placement = placed(run.lock, room);
  if (placement.kind === "locked") return placement;
  const victims = placement.kind === "slot" ? [placement.instead ?? []].flat() : placement.drop;
  // One that is not even written yet cannot be taken away.
  if (victims.some((id) => fresh.has(id))) {
    room.isOpen = true;
    return { kind: "later" };
  }
  for (const id of victims) {
    const [state] = await cancel(id);
    if (state === "running") {
      // A worker had just claimed it.
      room.holders = room.holders.map((one) => (one.id === id ? { ...one, isExecuted: true, isStopping: true } : one));
      return placeOne(connection, run, room, around);
    }
    room.holders = room.holders.filter((one) => one.id !== id);
    room.waiting = room.waiting.filter((one) => one !== id);
  }
  if (placement.kind === "slot") {
    room.holders.push({ id: run.id, slot: placement.slot, isExecuted: false, isStopping: false });
    return { kind: "slot", lockKey: placement.slot };
  }
  room.waiting.push(run.id);
  // Whether they end at once, and who then has their slots, shows when they are asked to.
  room.isOpen = placement.stop.length > 0;
  return { kind: "held", lockKey: run.lock.key, behind: placement.behind, stop: placement.stop };
}

async function liveIds(connection: PostgresConnection, runs: readonly RunToInsert[]): Promise<Set<string>> {
  const { rows } = await connection.query<{ id: string }>({
    name: "live-ids",
    text: "select id from run_live where id = any($1::text[])",
    values: [runs.map(({ id }) => id)],
  });
  return new Set(rows.map(({ id }) => id));
}

/** Asks those to stop whose place inserted runs wait for. Answers which of the inserted ones do not wait any more. */
export async function stopReplaced(
  connection: PostgresConnection,
  inserted: readonly { readonly run: RunToInsert; readonly place: Place }[],
  carriage: Carriage,
): Promise<ReadonlySet<string>> {
  const waiting: string[] = [];
  for (const { run, place } of inserted) {
    if (place.kind !== "held" || place.stop.length === 0) continue;
    waiting.push(run.id);
    const { stop: ids } = place;
    const request = { ids, by: REPLACER, now: run.queuedAt, force: false, why: replacedBy(run.id) };
    await cancelRuns(connection, request, carriage);
  }
  if (waiting.length === 0) return new Set();
  const { rows } = await connection.query<{ id: string }>({
    text: "select id from run_live where id = any($1::text[]) and (state <> 'held' or waits_for is not null)",
    values: [waiting],
  });
  return new Set(rows.map(({ id }) => id));
}
