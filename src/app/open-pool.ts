import { siblingModule } from "../base/sibling-module.ts";
import { ChildPool } from "../worker/pool/child-pool.ts";
import type { OpenPool } from "../worker/pool/pools.ts";
import { startProcess } from "../worker/pool/process-link.ts";
import { startThread } from "../worker/pool/thread-link.ts";
import type { App } from "./app.ts";
import { usualConcurrency } from "./usual-concurrency.ts";

export interface PoolSettings {
  /** Of the pool that the worker executes in by default; another one has as many children as the machine has processors. */
  readonly concurrency: number;
  readonly byDefault: string;
  readonly maxRunsPerChild: number | null;
  readonly maxMemoryMb: number | null;
}

/** Makes pools whose children load the project by its configuration; undefined where it has none of its own and so nothing to be loaded by. */
export function poolOpener({ config, clock, logger }: App, settings: PoolSettings): OpenPool | undefined {
  const { file, folder } = config;
  if (file === null) return undefined;
  const { maxRunsPerChild, maxMemoryMb } = settings;
  const module = siblingModule(import.meta.url, "pool-child");
  const data = { config: file, workingFolder: folder, role: "worker's child" };
  return (kind, executor) =>
    new ChildPool({
      ...{ kind, executor, clock, logger },
      size: kind === settings.byDefault ? settings.concurrency : usualConcurrency(kind),
      start: kind === "processes" ? startProcess(module, data, clock) : startThread(module, data),
      ...(maxRunsPerChild !== null && { maxRuns: maxRunsPerChild }),
      ...(maxMemoryMb !== null && { maxMemoryBytes: maxMemoryMb * 1024 * 1024 }),
    });
}
