import { keyOfSlot } from "../../src/firing/run-lock.ts";
import type { FiringModel } from "./firing-model.ts";
import type { Database, State } from "./firing-state.ts";

/** What is wrong with a state, in words; undefined where nothing is. */
export function violation(model: FiringModel, { database }: State): string | undefined {
  for (const [id, times] of Object.entries(database.added)) if (times > 1) return `run ${id} was sent ${times} times`;
  return lostTimes(model, database) ?? brokenRuns(database) ?? brokenLocks(model, database);
}

function lostTimes(model: FiringModel, database: Database): string | undefined {
  for (const [index, { rows, accountedTo, next, on }] of database.schedules.entries()) {
    const purged = database.purged.flatMap((text) => {
      const [schedule, at, through] = text.split(/[:-]/).map(Number);
      return schedule === index && at !== undefined && through !== undefined ? { at, through } : [];
    });
    const everything = [...rows, ...purged];
    for (let at = model.nextAt(index, 0); at !== null && at <= accountedTo; at = model.nextAt(index, at)) {
      const time = at;
      const count = everything.filter((row) => row.at <= time && time <= row.through).length;
      if (count !== 1) return `minute ${at} of schedule ${index} lies in ${count} rows`;
    }
    const early = rows.find(({ at, run }) => at > accountedTo && run === null);
    if (early !== undefined)
      return `minute ${early.at} of schedule ${index} is ${early.verdict}, and its cursor was not there`;
    const expected = on ? model.nextAt(index, accountedTo) : null;
    if (next !== expected) return `the cursor of schedule ${index} waits for ${next}, and its next time is ${expected}`;
  }
  return undefined;
}

function brokenRuns({ schedules, live, done, added }: Database): string | undefined {
  const waiting = new Set(
    live.flatMap(({ id, lockKey }) => (lockKey !== null && keyOfSlot(lockKey) === undefined ? id : [])),
  );
  const going = new Set(live.flatMap(({ id }) => (waiting.has(id) ? [] : id)));
  for (const { at, verdict, run } of schedules.flatMap(({ rows }) => rows)) {
    if (verdict === "sent" && (run === null || !(going.has(run) || done.includes(run))))
      return `minute ${at} was sent and has no run`;
    if (verdict === "held" && (run === null || !waiting.has(run)))
      return `minute ${at} is held and its run does not wait`;
    if (verdict === "merged" && (run === null || added[run] === undefined))
      return `minute ${at} was merged with nothing`;
  }
  const held = new Set(
    schedules.flatMap(({ rows }) => rows.flatMap(({ verdict, run }) => (verdict === "held" ? (run ?? []) : []))),
  );
  for (const id of waiting)
    if (!held.has(id) && !id.startsWith("manual")) return `run ${id} waits and its firing is not held`;
  return undefined;
}

function brokenLocks(model: FiringModel, { live }: Database): string | undefined {
  const slots = live.flatMap(({ lockKey }) => lockKey ?? []).filter((lockKey) => keyOfSlot(lockKey) !== undefined);
  const twice = slots.find((slot, index) => slots.indexOf(slot) !== index);
  if (twice !== undefined) return `two runs have the slot ${twice}`;
  for (const { lock } of model.schedules) {
    if (lock === null) continue;
    const waiting = live.filter(({ lockKey }) => lockKey === lock.key).length;
    const taken = slots.filter((slot) => keyOfSlot(slot) === lock.key).length;
    if (waiting > lock.queue) return `${waiting} runs wait for ${lock.key}`;
    if (waiting > 0 && taken < lock.limit) return `a run waits for ${lock.key} although a slot is free`;
  }
  return undefined;
}
