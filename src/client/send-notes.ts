import { type HookCaller, hookRun, tracedRun } from "../run/hook-caller.ts";
import type { NewRun } from "../run/run.ts";
import type { SendTrace, Tracing } from "../task/tracing.ts";

/** Tells the project's hooks and its tracing of what is sent. */
export class SendNotes {
  readonly #hooks: HookCaller | undefined;
  readonly #tracing: Tracing | undefined;
  readonly #traces = new WeakMap<NewRun, SendTrace>();

  constructor(hooks: HookCaller | undefined, tracing: Tracing | undefined) {
    this.#hooks = hooks;
    this.#tracing = tracing;
  }

  /** The run as it is to be sent, with the headers that they give it. */
  begun(run: NewRun): NewRun {
    if (this.#hooks === undefined && this.#tracing === undefined) return run;
    const told = withHeaders(run, this.#hooks?.beforeSend(run));
    const trace = this.#tracing?.send(tracedRun(told));
    const sent = withHeaders(told, trace?.headers);
    if (trace !== undefined) this.#traces.set(sent, trace);
    return sent;
  }

  /** @param sent the run that stands for it, which may be another one that was there */
  ended(run: NewRun, { id, added }: { readonly id: string; readonly added: boolean }): void {
    this.#traces.get(run)?.ended();
    this.#hooks?.tell("afterSend", () => ({ ...hookRun({ ...run, id }), added }));
  }

  failed(run: NewRun, error: unknown): void {
    this.#traces.get(run)?.ended(error);
  }
}

function withHeaders(run: NewRun, headers: Readonly<Record<string, string>> = {}): NewRun {
  if (Object.keys(headers).length === 0) return run;
  return { ...run, options: { ...run.options, headers: { ...run.options.headers, ...headers } } };
}
