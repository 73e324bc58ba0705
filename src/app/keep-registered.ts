import { hostname } from "node:os";
import type { Announcement, ProcessInfo, Registration } from "../control/process-registry.ts";
import { patiently } from "../worker/patiently.ts";
import type { App } from "./app.ts";

export interface Registered {
  /** Puts other facts into the row of this process. */
  update(info: ProcessInfo["info"]): void;
  leave(): Promise<void>;
}

type Presence = Pick<ProcessInfo, "kind" | "info"> & {
  readonly name?: string;
  readonly tasks?: readonly Announcement[];
};

/** The name of a process that was given none. */
export function processName(kind: ProcessInfo["kind"]): string {
  return `${kind}-${process.pid}@${hostname()}`;
}

/**
 * Keeps a beat or an admin among the processes that are alive, and what it tells of tasks with it. It holds no runs, so a lease that
 * was lost (a host that slept) is taken anew and nothing else happens.
 */
export async function keepRegistered(
  { processes, clock, logger }: Pick<App, "processes" | "clock" | "logger">,
  { kind, info, name = processName(kind), tasks = [] }: Presence,
): Promise<Registered> {
  let current: Registration | undefined;
  let told = info;
  let leaving = false;
  const register = async () => {
    const registration = await processes.register(
      { kind, name, info: told, host: hostname(), pid: process.pid },
      clock.now(),
    );
    try {
      if (tasks.length > 0) await processes.announce(registration.id, tasks, clock.now());
    } catch (error) {
      await registration.leave();
      throw error;
    }
    current = registration;
    void registration.lost.then(renew);
  };
  const renew = async () => {
    if (leaving) return;
    logger.warn({}, "the lease of this process was lost; taking a new one");
    await current?.leave();
    await patiently(
      async () => (leaving ? undefined : register()),
      clock,
      (error) => logger.debug({ err: error }, "no lease could be taken; trying again until it can"),
    );
    if (leaving) await current?.leave();
  };
  await register();
  return {
    update(info) {
      told = info;
      current?.update(info);
    },
    async leave() {
      leaving = true;
      await current?.leave();
    },
  };
}
