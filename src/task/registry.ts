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

  /**
   * Adds a task; one that is there already (exported twice, or passed on by another app) stays where it was first. Fails with
   * `duplicate_task` when another task has the name, and keeps the first.
   */
  add(found: RegisteredTask): void {
    const there = this.#tasks.get(found.task.name);
    if (there === undefined) this.#tasks.set(found.task.name, found);
    else if (there.task !== found.task) throw duplicate(found.task.name, there, found);
  }

  find(name: string): RegisteredTask | undefined {
    return this.#tasks.get(name);
  }

  /** Fails with `unknown_task`. */
  get(name: string): RegisteredTask {
    const found = this.#tasks.get(name);
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
    `two tasks are called '${name}': one in ${place(first)}, one in ${place(second)}; rename one of them`,
    { fields: { task: name, files: [place(first), place(second)] } },
  );
}
