import { setTimeout as sleep } from "node:timers/promises";
import { systemActor } from "../../src/account/permission.ts";
import type { App } from "../../src/app/app.ts";
import { patiently } from "./history.ts";
import type { Running } from "./project.ts";
import type { WorkerProject } from "./worker-project.ts";

/** What a history of workers may do to them. */
export interface WorkerHistoryWorld {
  readonly at: WorkerProject;
  readonly app: App;
  readonly workers: Running[];
  /** Ends a worker, and starts it again under the same name; one after the other where several ask for it. */
  readonly restart: (index: number, signal: NodeJS.Signals) => Promise<void>;
  readonly names: readonly string[];
  /** Processes that were ended by force, by anybody. */
  kills: number;
}

const by = systemActor("history");
const pick = <T>(random: () => number, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
const between = (random: () => number, least: number, most: number) =>
  least + Math.floor(random() * (most - least + 1));
const tasks = ["app.brief", "app.brief", "app.slow", "app.fails", "app.waits", "app.computes", "app.crashes"];

/** One history: some runs are sent, now and then a flood of them, while workers are killed, stopped, renewed and drained, and runs are cancelled. Answers the runs' ids and what happened. */
export async function liveWorkerHistory(world: WorkerHistoryWorld, random: () => number) {
  const { at } = world;
  const told: string[] = [];
  const ids: string[] = [];
  const send = async (count: number, of: readonly string[]) => {
    const sent = Array.from({ length: count }, () => {
      const onLost = random() < 0.2 ? "fail" : "retry";
      return [pick(random, of), { options: { onLost }, priority: between(random, 0, 9) }] as const;
    });
    ids.push(...(await at.sendAll(sent)));
  };
  await send(between(random, 3, 7), tasks);
  for (let left = between(random, 2, 4); left > 0; left -= 1) {
    await sleep(between(random, 30, 500));
    if (random() < 0.25) {
      await send(100, ["app.brief"]);
      told.push("flooded");
    } else told.push(await someEvent(world, ids, random));
    await send(between(random, 0, 2), tasks);
  }
  return { ids, told };
}

async function someEvent(world: WorkerHistoryWorld, ids: readonly string[], random: () => number): Promise<string> {
  const { at, app, workers, names } = world;
  const victim = between(random, 0, workers.length - 1);
  const name = names[victim] ?? "";
  const chance = random();
  if (chance < 0.4) {
    const chosen = Array.from({ length: 3 }, () => pick(random, ids));
    const force = random() < 0.2;
    await patiently(() => at.runs.cancel({ ids: chosen, by: "history", now: Date.now(), force }));
    return `cancelled ${chosen.join(", ")}${force ? " by force" : ""}`;
  }
  if (chance < 0.6) {
    const processes = at.db.prepare<[string], { pid: number }>("select pid from process where name = ?").all(name);
    for (const { pid } of processes) killQuietly(pid);
    world.kills += processes.length;
    return `killed what ${name} executes in`;
  }
  if (chance < 0.7) {
    world.kills += 1;
    await world.restart(victim, "SIGKILL");
    return `killed ${name} with its supervisor`;
  }
  if (chance < 0.8) {
    const worker = workers[victim];
    // A process that does not listen yet would end at it.
    if (worker?.output().includes("at work")) worker.child.kill("SIGHUP");
    return `renewed ${name}`;
  }
  if (chance < 0.9) {
    await world.restart(victim, pick(random, ["SIGTERM", "SIGQUIT"]));
    return `stopped ${name}`;
  }
  const untilAt = Date.now() + between(random, 200, 1_500);
  // It may be drained already.
  await patiently(() => app.catalog.queues.hold("worker", name, { reason: "history", untilAt }, by), ["invalid"]);
  return `drained ${name}`;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was gone already.
  }
}
