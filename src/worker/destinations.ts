import type { Clock } from "../base/clock.ts";
import type { TaskRegistry } from "../task/registry.ts";
import type { Aftermath } from "./aftermath.ts";
import type { Destination } from "./run-message.ts";

/** Where runs of tasks wait that do not say so themselves, beyond what the tasks of this process say. */
export interface WhereTasksWait {
  /** The queue of the first route that names the task. */
  routed(task: string): string | undefined;
  /** What another process, of ours or of another kind, announced of it. */
  announced(task: string): Promise<Destination | undefined>;
}

export interface DestinationsParts {
  readonly registry: TaskRegistry;
  /** Undefined: nobody knows more than the registry. */
  readonly elsewhere: WhereTasksWait | undefined;
  readonly clock: Clock;
}

/** What was announced is asked for again after so long. */
const KNOWN_FOR_MS = 1_000;
/** Celery's own tasks, which every worker has. */
const BUILT_IN = /^celery\./;

/**
 * Where what follows a run goes: a task of this process to its own queue, by its route, or else to the queue of the run that it follows, whose workers are sure to have it; any
 * other to the queue that those announced who have it.
 */
export class Destinations {
  readonly #parts: DestinationsParts;
  readonly #announced = new Map<string, { readonly to: Promise<Destination | undefined>; readonly since: number }>();

  constructor(parts: DestinationsParts) {
    this.#parts = parts;
  }

  /** Undefined: it is to be asked for, see {@link Destinations.placed}. */
  of(task: string): Destination | undefined {
    const { registry, elsewhere } = this.#parts;
    const options = registry.find(task)?.task.options;
    if (options === undefined) return elsewhere === undefined || BUILT_IN.test(task) ? {} : undefined;
    const { priority, onLost } = options;
    const queue = options.queue ?? elsewhere?.routed(task);
    return { priority, onLost, ...(queue !== undefined && { queue }) };
  }

  /** With every run where it belongs. Fails as the database does. */
  async placed<Part extends Pick<Aftermath, "follow" | "unplaced">>(after: Part): Promise<Part> {
    if (after.unplaced.size === 0) return after;
    const follow = await Promise.all(
      after.follow.map(async (run) => {
        const place = after.unplaced.get(run.id);
        return place === undefined ? run : place(await this.#elsewhere(run.task));
      }),
    );
    return { ...after, follow, unplaced: new Map() };
  }

  async #elsewhere(task: string): Promise<Destination> {
    const { elsewhere } = this.#parts;
    const queue = elsewhere?.routed(task);
    return (await this.#announcedOf(task)) ?? (queue === undefined ? {} : { queue });
  }

  #announcedOf(task: string): Promise<Destination | undefined> {
    const { elsewhere, clock } = this.#parts;
    const now = clock.monotonic();
    const known = this.#announced.get(task);
    if (known !== undefined && now - known.since < KNOWN_FOR_MS) return known.to;
    for (const [name, { since }] of this.#announced) if (now - since >= KNOWN_FOR_MS) this.#announced.delete(name);
    const to = elsewhere?.announced(task) ?? Promise.resolve(undefined);
    this.#announced.set(task, { to, since: now });
    to.catch(() => this.#announced.delete(task));
    return to;
  }
}
