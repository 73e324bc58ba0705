import type { Announcement, ProcessInfo, ProcessRegistry, Registration } from "../../src/control/process-registry.ts";
import type { MemoryRunStore } from "./memory-run-store.ts";

/** {@link ProcessRegistry} over a {@link MemoryRunStore}'s processes. A lease lasts until a test ends it. */
export class MemoryProcessRegistry implements ProcessRegistry {
  readonly announced = new Map<number, readonly Announcement[]>();
  readonly infos = new Map<number, ProcessInfo["info"]>();
  readonly #runs: MemoryRunStore;
  readonly #lose = new Map<number, () => void>();
  #id = 0;

  constructor(runs: MemoryRunStore) {
    this.#runs = runs;
  }

  async register(process: ProcessInfo): Promise<Registration> {
    this.#id += 1;
    const id = this.#id;
    this.#runs.processes.set(id, { name: process.name, leaseUntil: Number.POSITIVE_INFINITY });
    this.infos.set(id, process.info);
    const lost = new Promise<void>((resolve) => this.#lose.set(id, resolve));
    return {
      id,
      lost,
      update: (info) => void this.infos.set(id, info),
      leave: async () => void this.#runs.processes.delete(id),
    };
  }

  async announce(processId: number, tasks: readonly Announcement[]): Promise<void> {
    this.announced.set(processId, tasks);
  }

  /** The newest process. */
  get latest(): number {
    return this.#id;
  }

  /** Ends a lease, as when the machine slept: others take what it held, and it is told. */
  lose(id: number): void {
    this.#runs.processes.delete(id);
    this.#lose.get(id)?.();
  }
}
