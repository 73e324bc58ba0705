import type { Command } from "commander";
import type { App } from "../app/app.ts";
import type { ResolvedConfig } from "../app/resolved-config.ts";
import { HyoshiError } from "../base/error.ts";
import { createLogger } from "./create-logger.ts";
import { openProject } from "./project.ts";
import { collectStartUpGarbage } from "./start-up-garbage.ts";
import { aborted, listenForStop, Stopped } from "./stop-signal.ts";
import { hearStrayErrors } from "./stray-errors.ts";
import type { Terminal } from "./terminal.ts";

export interface RunningService {
  /** `quick` is aborted when there is no more patience. */
  stop(quick: AbortSignal): Promise<void>;
}

export interface ServiceRequest {
  readonly role: "beat" | "worker" | "admin";
  readonly withApps: boolean;
  /** The worker's supervisor, where it has one. */
  readonly supervisor?: { ready(): void; stopping(): void };
  /** What the command's options change in the settings. */
  readonly adjust?: (config: ResolvedConfig) => ResolvedConfig;
  /** Leaves nothing behind where it fails: a database that was away is tried again. */
  readonly start: (app: App) => Promise<RunningService>;
}

/** Runs a service from the start of its process to its end: opens the project, waits for its tables, and stops when it is told to. */
export async function runService(terminal: Terminal, command: Command, request: ServiceRequest): Promise<void> {
  const { config: given, load, problems } = await openProject(terminal, command);
  const config = request.adjust?.(given) ?? given;
  const { openAppWhenMigrated } = await import("../app/open-app.ts");
  const { whenDatabaseAnswers } = await import("../app/when-database-answers.ts");
  const logger = createLogger(terminal, config.logLevel, { role: request.role });
  for (const { text } of problems) logger.warn({}, text);

  const stop = listenForStop({ softMs: config.worker.softShutdownMs });
  stop.warm.addEventListener("abort", () => request.supervisor?.stopping());
  const stray = hearStrayErrors(logger);
  let app: App | undefined;
  try {
    const { withApps, role } = request;
    app = await openAppWhenMigrated({ config, load, withApps, role, logger, clock: terminal.clock, signal: stop.warm });
    for (const { severity, message } of app.discovery.problems)
      logger[severity === "error" ? "error" : "warn"]({}, message);
    const opened = app;
    const patience = { clock: terminal.clock, logger, signal: stop.warm };
    const service = await whenDatabaseAnswers(() => request.start(opened), patience);
    request.supervisor?.ready();
    terminal.clock.after(1_000, collectStartUpGarbage);
    // The timers of services let a process end; this one ends when it is told to.
    const alive = setInterval(() => {}, 2 ** 30);
    const failed = await Promise.race([aborted(stop.warm), stray.fatal]);
    logger.info({}, "stopping");
    await service.stop(stop.quick);
    clearInterval(alive);
    logger.info({}, "stopped");
    if (failed)
      throw new HyoshiError("stray_error", "stopped after an error that nobody could catch", { cause: failed.thrown });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    await app?.close();
    stray.dispose();
    stop.dispose();
  }
}
