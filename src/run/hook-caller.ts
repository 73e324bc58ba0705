import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import type { HookRun, Hooks } from "../task/hooks.ts";
import type { TracedRun } from "../task/tracing.ts";
import type { NewRun } from "./run.ts";

type Event<Name extends keyof Hooks> = Parameters<NonNullable<Hooks[Name]>>[0];

/** Calls the project's hooks. Never fails: what a hook throws is the log's affair. */
export class HookCaller {
  readonly #hooks: Hooks;
  readonly #logger: Pick<Logger, "error">;

  constructor(hooks: Hooks, logger: Pick<Logger, "error">) {
    this.#hooks = hooks;
    this.#logger = logger;
  }

  /** The event is made where somebody wants it. */
  tell<Name extends Exclude<keyof Hooks, "beforeSend">>(name: Name, event: () => Event<Name>): void {
    void this.told(name, event);
  }

  /** The same, and answers what the hook does, if that has to be waited for. */
  told<Name extends Exclude<keyof Hooks, "beforeSend">>(
    name: Name,
    event: () => Event<Name>,
  ): Promise<void> | undefined {
    const hook = this.#hooks[name] as ((event: Event<Name>) => unknown) | undefined;
    if (hook === undefined) return undefined;
    try {
      const answer = hook(event());
      if (!(answer instanceof Promise)) return undefined;
      return answer.then(
        () => {},
        (error: unknown) => this.#failed(name, error),
      );
    } catch (error) {
      this.#failed(name, error);
      return undefined;
    }
  }

  /** The headers that the run is to have besides its own. */
  beforeSend(run: NewRun): Readonly<Record<string, string>> {
    const { beforeSend } = this.#hooks;
    if (beforeSend === undefined) return {};
    try {
      const headers = beforeSend(hookRun(run))?.headers ?? {};
      const wrong = Object.entries(headers).find(([, value]) => typeof value !== "string");
      if (wrong !== undefined) throw new TypeError(`header '${wrong[0]}' is no text`);
      return headers;
    } catch (error) {
      this.#failed("beforeSend", error);
      return {};
    }
  }

  #failed(name: keyof Hooks, error: unknown): void {
    this.#logger.error({ err: error, hook: name }, `hook '${name}' failed: ${messageOf(error)}`);
  }
}

export function hookRun(run: NewRun): HookRun {
  const { id, task, queue, priority, options, origin, parentId, periodicTaskId, nominalAt, queuedAt } = run;
  return {
    ...{ id, task, queue, priority, parentId, periodicTaskId, nominalAt, queuedAt },
    headers: options.headers ?? {},
    origin: origin.kind,
    rootId: run.rootId ?? id,
  };
}

export function tracedRun(run: NewRun): TracedRun {
  const { id, task, queue, options, origin, parentId, periodicTaskId, nominalAt } = run;
  return {
    ...{ id, task, queue },
    headers: options.headers ?? {},
    isScheduled: origin.kind === "schedule" || origin.kind === "backfill",
    ...(parentId !== undefined && { parentId }),
    ...(periodicTaskId !== undefined && { periodicTaskId }),
    ...(nominalAt !== undefined && { nominalAt }),
  };
}
