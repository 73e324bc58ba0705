import { isJsonObject, type Json } from "../../base/json.ts";
import { pythonRepr } from "../../message/python-repr.ts";
import { type Command, type CommandParts, NO_REPLY } from "./command-parts.ts";
import { pythonError } from "./python-error.ts";
import { readRate } from "./rate.ts";
import { textsOf } from "./revoked-ids.ts";

/** Ids of one command; more would be no list that somebody meant. */
const MOST_IDS = 50_000;
/** Attempts at once, as the settings accept them. */
const MOST_AT_ONCE = 1_000;

const revoke: Command = ({ task_id: ids, task_ids: more, terminate }, parts) =>
  revokeIds([...textsOf(ids), ...textsOf(more)], terminate === true, parts);

const terminate: Command = ({ task_id: ids, task_ids: more }, parts) =>
  revokeIds([...textsOf(ids), ...textsOf(more)], true, parts);

async function revokeIds(given: readonly string[], isForced: boolean, parts: CommandParts): Promise<Json> {
  const ids = [...new Set(given)].slice(0, MOST_IDS);
  const here = new Set([...parts.worker.executing(), ...parts.worker.reserved()].map(({ id }) => id));
  parts.revoked.add(ids);
  await parts.cancel(ids, isForced);
  parts.worker.lookForCancelled();
  if (!isForced) return { ok: `tasks ${setOf(ids)} flagged as revoked` };
  const found = ids.filter((id) => here.has(id));
  return { ok: found.length === 0 ? "terminate: tasks unknown" : `terminate: ${found.join(", ")}` };
}

const revoke_by_stamped_headers: Command = async ({ headers, terminate }, parts) => {
  const given = isJsonObject(headers) ? headers : {};
  for (const [name, values] of Object.entries(given)) parts.revoked.addStamps(name, textsOf(values));
  const text = `headers ${pythonRepr(given)}`;
  if (terminate !== true) return { ok: `${text} flagged as revoked, but not terminated` };
  const found = parts.worker.executing().filter(({ stamps }) => parts.revoked.hasStamp(stamps));
  if (found.length === 0) return { ok: `${text} were not terminated` };
  await revokeIds(
    found.map(({ id }) => id),
    true,
    parts,
  );
  return { ok: `${text} revoked` };
};

const rate_limit: Command = ({ task_name: task, rate_limit: rate }, { worker }) => {
  const limit = readRate(rate ?? null);
  if (!worker.tasks().includes(String(task))) return { error: "unknown task" };
  worker.setRateLimit(String(task), limit);
  return { ok: limit === null ? "rate limit disabled successfully" : "new rate limit set successfully" };
};

/** As in Celery both are set anew, and a limit that is not given is none; here the task's own holds then. */
const time_limit: Command = ({ task_name: task, hard, soft }, { worker }) => {
  if (!worker.tasks().includes(String(task))) return { error: "unknown task" };
  const [softMs, hardMs] = [limitOf(soft), limitOf(hard)];
  if (softMs !== undefined && hardMs !== undefined && softMs > hardMs) {
    throw pythonError("ValueError", `soft limit ${String(soft)} is more than the hard one, ${String(hard)}`);
  }
  worker.setTimeLimits(String(task), {
    ...(softMs !== undefined && { softMs }),
    ...(hardMs !== undefined && { hardMs }),
  });
  return { ok: "time limits set successfully" };
};

function limitOf(limit: Json | undefined): number | undefined {
  const seconds = Number(limit ?? 0);
  if (!Number.isFinite(seconds) || seconds < 0) throw pythonError("ValueError", `no time limit: ${String(limit)}`);
  return seconds === 0 ? undefined : Math.ceil(seconds * 1000);
}

const pool_grow: Command = ({ n }, { worker }) => {
  worker.setConcurrency(Math.min(worker.concurrency + countOf(n), MOST_AT_ONCE));
  return { ok: "pool will grow" };
};

const pool_shrink: Command = ({ n }, { worker }) => {
  const count = worker.concurrency - countOf(n);
  if (count < 1) throw pythonError("ValueError", `Can't shrink pool. All processes busy!`);
  worker.setConcurrency(count);
  return { ok: "pool will shrink" };
};

function countOf(value: Json | undefined): number {
  const count = value === undefined || value === null ? 1 : Number(value);
  if (Number.isInteger(count) && count >= 0) return count;
  throw pythonError("ValueError", `not a number of processes: ${String(value)}`);
}

const autoscale: Command = ({ max, min }, { worker }) => {
  const now = worker.autoscale;
  if (now === undefined) throw pythonError("ValueError", "Autoscale not enabled");
  const bounds = { min: boundOf(min, now.min), max: boundOf(max, now.max) };
  if (bounds.min > bounds.max) throw pythonError("ValueError", `min ${bounds.min} is more than max ${bounds.max}`);
  worker.setAutoscale?.(bounds);
  return { ok: `autoscale now max=${bounds.max} min=${bounds.min}` };
};

function boundOf(value: Json | undefined, before: number): number {
  if (value === undefined || value === null) return before;
  return Math.min(Math.max(countOf(value), 1), MOST_AT_ONCE);
}

const pool_restart: Command = () => {
  throw pythonError("ValueError", "Pool restarts not enabled");
};

const add_consumer: Command = async ({ queue }, { worker }) => {
  const name = queueName(queue);
  await worker.addQueue(name);
  return { ok: `add consumer ${name}` };
};

const cancel_consumer: Command = async ({ queue }, { worker }) => {
  const name = queueName(queue);
  await worker.removeQueue(name);
  return { ok: `no longer consuming from ${name}` };
};

function queueName(value: Json | undefined): string {
  if (typeof value === "string" && /^\S{1,200}$/u.test(value)) return value;
  throw pythonError("ValueError", `not a queue's name: ${String(value)}`);
}

const enable_events: Command = (given, { events }) => {
  onlyKnown("enable_events", given);
  if (events.isEnabled) return { ok: "task events already enabled" };
  events.isEnabled = true;
  return { ok: "task events enabled" };
};

const disable_events: Command = (given, { events }) => {
  onlyKnown("disable_events", given);
  if (!events.isEnabled) return { ok: "task events already disabled" };
  events.isEnabled = false;
  return { ok: "task events disabled" };
};

function onlyKnown(command: string, given: object): void {
  const [unknown] = Object.keys(given);
  if (unknown === undefined) return;
  throw pythonError("TypeError", `${command}() got an unexpected keyword argument '${unknown}'`);
}

const heartbeat: Command = (_, { beat }) => {
  beat();
  return null;
};

/** Electing is left to those who take part in it: who answered without being able to carry it out would stall it. */
const election: Command = () => null;

const shutdown: Command = (_, { worker }) => {
  worker.shutDown();
  return NO_REPLY;
};

/** Commands that change something, by Celery's names. */
export const controlling: Readonly<Record<string, Command>> = {
  revoke,
  terminate,
  revoke_by_stamped_headers,
  rate_limit,
  time_limit,
  pool_grow,
  pool_shrink,
  pool_restart,
  autoscale,
  add_consumer,
  cancel_consumer,
  enable_events,
  disable_events,
  heartbeat,
  election,
  shutdown,
};

/** A set of texts as Python writes it. */
function setOf(texts: readonly string[]): string {
  return texts.length === 0 ? "set()" : `{${texts.map((text) => pythonRepr(text)).join(", ")}}`;
}
