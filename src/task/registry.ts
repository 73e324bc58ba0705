import { didYouMean } from "../base/did-you-mean.ts";
import { HyoshiError } from "../base/error.ts";
import type { AnyTask } from "./task.ts";

/** A task and where it was found. */
export interface RegisteredTask {
  readonly task: AnyTask;
  /** The name of its app. */
  readonly app: string;
  /** The file that exports it; null where a program handed its modules in. */
  readonly file: string | null;
}

/** The tasks that this process can execute, by name. */
export class TaskRegistry {
  readonly #tasks = new Map<string, RegisteredTask>();
  /** Tasks by the names that they had before. */
  readonly #former = new Map<string, RegisteredTask>();

  /**
   * Adds a task; one that is there already (exported twice, or passed on by another app) stays where it was first. Fails with
   * `duplicate_task` when another task has its name or one of its former names, or had it, and keeps the first.
   */
  add(found: RegisteredTask): void {
    const { name, options } = found.task;
    for (const one of [name, ...options.formerNames]) {
      const there = this.find(one);
      if (there !== undefined && there.task !== found.task) throw duplicate(one, there, found);
    }
    if (this.#tasks.has(name)) return;
    this.#tasks.set(name, found);
    for (const former of options.formerNames) this.#former.set(former, found);
  }

  /** By its name, or one that it had before. */
  find(name: string): RegisteredTask | undefined {
    return this.#tasks.get(name) ?? this.#former.get(name);
  }

  /** Fails with `unknown_task`. */
  get(name: string): RegisteredTask {
    const found = this.find(name);
    if (found !== undefined) return found;
    throw unknownTask(name, this.#tasks.keys());
  }

  names(): readonly string[] {
    return [...this.#tasks.keys()].sort();
  }

  /** In the order in which they were found. */
  entries(): Iterable<RegisteredTask> {
    return this.#tasks.values();
  }
}

/** How many names an error lists. */
const LISTED = 8;

export function unknownTask(name: string, known: Iterable<string>): HyoshiError {
  const names = [...known];
  const list = names.length > 0 && names.length <= LISTED ? `; the known ones are ${names.join(", ")}` : "";
  return new HyoshiError("unknown_task", `no task is called '${name}'${didYouMean(name, names) || list}`, {
    fields: { task: name },
  });
}

function duplicate(name: string, first: RegisteredTask, second: RegisteredTask): HyoshiError {
  const place = ({ app, file }: RegisteredTask) => file ?? `the modules of app '${app}'`;
  return new HyoshiError(
    "duplicate_task",
    `two tasks are called '${name}'${first.task.name === second.task.name ? "" : ", or were"}: one in ${place(first)}, one in ${place(second)}; rename one of them`,
    { fields: { task: name, files: [place(first), place(second)] } },
  );
}
