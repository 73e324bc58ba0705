import type { Actor } from "../account/permission.ts";
import type { Bilingual } from "../base/bilingual.ts";
import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { type FieldError, invalid } from "../base/field-error.ts";
import type { JsonObject } from "../base/json.ts";
import { uuidv7 } from "../base/random.ts";
import { overlaid } from "../firing/decide.ts";
import { runLockOf } from "../firing/run-lock.ts";
import type { PeriodicTask } from "../ledger/periodic-task-store.ts";
import { type FinalState, isFinal, type NewRun, type Origin, type RunOptions, type RunState } from "../run/run.ts";
import { runOptionsOf } from "../run/run-options.ts";
import type { RunRecord } from "../run/run-reader.ts";
import type { Payload } from "../task/payload.ts";
import { DEFAULT_PRIORITY } from "../task/task-options.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import type { InputCheck } from "./input-check.ts";
import { checkPayload, type GivenPayload, hasPayload } from "./payload-check.ts";
import { assertMaySend, noPeriodicTask } from "./periodic-task-editor.ts";
import type { RemoteWorkers } from "./remote-workers.ts";
import { readTaskDirectory, type TaskDirectory } from "./task-directory.ts";

/** Who asks, and from where: a person in the browser, or a program with a token. */
export interface Asker {
  readonly by: Actor;
  readonly via: "manual" | "api";
}

export interface RunNowRequest extends GivenPayload {
  /** Default: at once. */
  readonly at?: Instant | undefined;
  /** `allow`: although an earlier run is not finished. */
  readonly overlap?: "allow" | undefined;
}

export interface SendRequest extends GivenPayload {
  readonly task: string;
  readonly queue?: string | undefined;
  readonly priority?: number | undefined;
  readonly at?: Instant | undefined;
  readonly expiresMs?: number | undefined;
}

/** What people and programs ask of runs. */
export class RunRequests {
  readonly #parts: CatalogParts;
  readonly #check: InputCheck;
  readonly #remote: RemoteWorkers;

  constructor(parts: CatalogParts, check: InputCheck, remote: RemoteWorkers) {
    this.#parts = parts;
    this.#check = check;
    this.#remote = remote;
  }

  /**
   * A run of a periodic task with all of its options, now or later, and answers its id. Under the rule `queue` it may wait as `held` until an
   * earlier run has ended. Fails with `overlap` (`fields.runIds` are in the way) where the rule allows no other run now, `not_found`, `invalid` (a changed input that does not fit) and `forbidden`.
   */
  async runNow(periodicTaskId: number, request: RunNowRequest, asker: Asker): Promise<string> {
    const task = await this.#find(periodicTaskId);
    const directory = await this.#directory();
    const known = directory.find(task.task);
    assertMaySend(asker.by, task.task, known, this.#parts);
    await this.#check.readyFor(known);
    const given = hasPayload(request) ? request : fromPayload(task.payload);
    const { payload, errors } = checkPayload(given, known, this.#check);
    refuse(errors);
    return this.#add(
      this.#runOf(task, directory, payload, {
        at: request.at,
        origin: { kind: asker.via, by: asker.by.name },
        alone: request.overlap !== "allow",
      }),
    );
  }

  /** A run of any task by its name, and answers its id. Fails with `invalid` and `forbidden`. A task that nobody announces waits for one who does. */
  async send(request: SendRequest, asker: Asker): Promise<string> {
    const { clock, random } = this.#parts;
    const directory = await this.#directory();
    const task = request.task.trim();
    const known = directory.find(task);
    assertMaySend(asker.by, task, known, this.#parts);
    await this.#check.readyFor(known);
    const { payload, errors } = checkPayload(request, known, this.#check);
    const named = task !== "" && !/[\s\p{Cc}]/u.test(task);
    const nameless: FieldError = {
      path: "/task",
      code: "not_accepted",
      detail: "is not the name of a task",
      text: { en: "Not the name of a task", ja: "タスクの名前として使えません" },
    };
    refuse(named ? errors : [nameless, ...errors]);
    const now = clock.now();
    const availableAt = Math.max(request.at ?? now, now);
    return this.#add({
      id: uuidv7(now, random),
      task,
      payload,
      queue: request.queue ?? directory.queueOf(task),
      priority: request.priority ?? known?.announced.priority ?? DEFAULT_PRIORITY,
      options: known?.announced.onLost === "fail" ? { onLost: "fail" } : {},
      origin: { kind: asker.via, by: asker.by.name },
      availableAt,
      queuedAt: now,
      ...(request.expiresMs !== undefined && { expiresAt: availableAt + request.expiresMs }),
    });
  }

  /**
   * Runs a run again and answers the new one's id: as it was sent, or as its periodic task is today. Fails with `not_found`, `overlap`,
   * `no_periodic_task` (there is no definition of today) and `forbidden`.
   */
  async rerun(id: string, definition: "sent" | "current", asker: Asker): Promise<string> {
    const again = await this.#rerun(id, definition, asker);
    const { handled, clock } = this.#parts;
    await handled.handle([id], asker.by.name, clock.now());
    return again;
  }

  async #rerun(id: string, definition: "sent" | "current", asker: Asker): Promise<string> {
    const run = await this.get(id);
    if (definition === "sent" && run.wire?.observed?.inputUnknown) throw inputUnknown(id);
    const origin: Origin = { kind: "rerun", by: asker.by.name, rerunOf: id };
    const directory = await this.#directory();
    const task = run.periodicTaskId === undefined ? undefined : await this.#findAny(run.periodicTaskId);
    if (definition === "sent") {
      assertMaySend(asker.by, run.task, directory.find(run.task), this.#parts);
      return this.#add(this.#again(run, task, origin));
    }
    if (task === undefined || task.archivedAt !== null) {
      throw new HyoshiError(
        "no_periodic_task",
        `run '${id}' has no periodic task whose definition of today could be used: run it again as it was sent`,
        {
          fields: {
            path: "/definition",
            accepted: "sent",
            text: {
              en: "Its periodic task is gone: run it again as it was sent.",
              ja: "もとの定期タスクがないため、今の定義では実行できません。送ったときの内容で再実行してください。",
            },
          },
        },
      );
    }
    const known = directory.find(task.task);
    assertMaySend(asker.by, task.task, known, this.#parts);
    await this.#check.readyFor(known);
    const schedule = task.schedules.find((one) => one.id === run.scheduleId);
    const whole = overlaid(task.payload as JsonObject, schedule?.input ?? null) as Payload;
    const { payload, errors } = checkPayload(fromPayload(whole), known, this.#check);
    refuse(errors);
    const again = this.#runOf(task, directory, payload, { at: undefined, origin, alone: true });
    return this.#add({ ...again, ...nominalPart(run, schedule?.version) });
  }

  /** Ends a waiting run, and asks a running one to stop. Answers its state afterwards. Fails with `not_found` and `run_finished`. */
  cancel(id: string, by: Actor): Promise<RunState> {
    return this.#cancel(id, by, false);
  }

  /** Ends a run at once and fences its worker, whatever that does. Fails with `not_found` and `run_finished`. */
  terminate(id: string, by: Actor): Promise<RunState> {
    return this.#cancel(id, by, true);
  }

  async get(id: string): Promise<RunRecord> {
    const run = await this.#parts.readers.runs.find(id);
    if (run === undefined) throw noRun(id);
    return run;
  }

  async #cancel(id: string, by: Actor, force: boolean): Promise<RunState> {
    const { runs, clock } = this.#parts;
    const before = await this.get(id);
    if (isFinal(before.state)) {
      const { en, ja } = ended[before.state];
      throw new HyoshiError("run_finished", `run '${id}' has ended: it ${en}`, {
        fields: {
          id,
          text: { en: `The run has ended already: it ${en}.`, ja: `この実行はすでに終わっています（${ja}）。` },
        },
      });
    }
    const [state] = await runs.cancel({ ids: [id], by: by.name, now: clock.now(), force });
    await this.#remote.revoke([id], force);
    if (state === undefined || state === "unknown") throw noRun(id);
    return state;
  }

  #runOf(
    task: PeriodicTask,
    directory: TaskDirectory,
    payload: Payload,
    how: { at: Instant | undefined; origin: Origin; alone: boolean },
  ): NewRun {
    const { clock, random } = this.#parts;
    const now = clock.now();
    const availableAt = Math.max(how.at ?? now, now);
    const announced = directory.find(task.task)?.announced;
    const { expiresMs } = task.options;
    const options: RunOptions = {
      ...runOptionsOf(task.options),
      ...(announced?.onLost === "fail" && { onLost: "fail" as const }),
    };
    const lock = how.alone ? runLockOf(task.id, task.options) : null;
    return {
      id: uuidv7(now, random),
      task: task.task,
      payload,
      queue: task.queue ?? directory.queueOf(task.task),
      priority: task.priority ?? announced?.priority ?? DEFAULT_PRIORITY,
      options,
      origin: how.origin,
      availableAt,
      queuedAt: now,
      periodicTaskId: task.id,
      ...(expiresMs !== undefined && { expiresAt: availableAt + expiresMs }),
      ...(lock !== null && { lock }),
    };
  }

  /** The same run once more: what it was given, for the same nominal time, with as long to begin. */
  #again(run: RunRecord, task: PeriodicTask | undefined, origin: Origin): NewRun {
    const { clock, random } = this.#parts;
    const now = clock.now();
    const lock = task === undefined ? null : runLockOf(task.id, task.options);
    const { expiresAt, availableAt } = run;
    return {
      id: uuidv7(now, random),
      task: run.task,
      payload: run.payload,
      queue: run.queue,
      priority: run.priority,
      options: run.options,
      origin,
      availableAt: now,
      queuedAt: now,
      ...nominalPart(run, run.scheduleVersion),
      ...(run.periodicTaskId !== undefined && { periodicTaskId: run.periodicTaskId }),
      ...(expiresAt !== undefined && { expiresAt: now + Math.max(expiresAt - availableAt, 1) }),
      ...(lock !== null && { lock }),
    };
  }

  async #add(run: NewRun): Promise<string> {
    const { runs } = this.#parts;
    const [answer] = await runs.add([run]);
    if (answer !== "locked") return run.id;
    const { holders, waiting } = await runs.lockState(run.lock?.key ?? "");
    throw overlap(
      holders.map(({ id }) => id),
      waiting,
    );
  }

  async #find(id: number): Promise<PeriodicTask> {
    const task = await this.#findAny(id);
    if (task === undefined || task.archivedAt !== null) throw noPeriodicTask(id);
    return task;
  }

  #findAny(id: number): Promise<PeriodicTask | undefined> {
    return this.#parts.periodicTasks.find(id, this.#parts.clock.now());
  }

  #directory(): Promise<TaskDirectory> {
    const { readers, clock, defaultQueue } = this.#parts;
    return readTaskDirectory(readers.processes, { now: clock.now(), defaultQueue });
  }
}

function overlap(running: readonly string[], waiting: readonly string[]): HyoshiError {
  const [first = "another"] = running;
  const others = running.length > 1 ? ` and ${running.length - 1} more` : "";
  const held = waiting.length === 0 ? "" : `, ${waiting.length} already wait for ${running.length > 1 ? "them" : "it"}`;
  const heldJa = waiting.length === 0 ? "" : `。さらに ${waiting.length} 件が待機しています`;
  const othersJa = running.length > 1 ? ` ほか ${running.length - 1} 件` : "";
  return new HyoshiError(
    "overlap",
    `run '${first}'${others} of this periodic task is not finished${held}, and its overlap rule allows no other: wait for it, cancel it, or allow the overlap`,
    {
      fields: {
        path: "/overlap",
        accepted: "allow",
        runIds: running,
        waitingIds: waiting,
        text: {
          en: `Run ${first}${others} is not finished${held}, and the overlap rule allows no other.`,
          ja: `実行 ${first}${othersJa}が終わっていないため、重複の規則により実行できません${heldJa}。`,
        },
      },
    },
  );
}

const ended: Readonly<Record<FinalState, Bilingual>> = {
  succeeded: { en: "succeeded", ja: "成功" },
  failed: { en: "failed", ja: "失敗" },
  cancelled: { en: "was cancelled", ja: "取消" },
  expired: { en: "expired", ja: "期限切れ" },
  lost: { en: "was lost", ja: "消息不明" },
};

function inputUnknown(id: string): HyoshiError {
  return new HyoshiError(
    "input_unknown",
    `run '${id}' was only heard of: its arguments were told as texts that cannot be read back, so it cannot be sent again`,
  );
}

function nominalPart(run: RunRecord, scheduleVersion: number | undefined) {
  const { nominalAt, scheduleId } = run;
  return {
    ...(nominalAt !== undefined && { nominalAt }),
    ...(scheduleId !== undefined && { scheduleId }),
    ...(scheduleVersion !== undefined && { scheduleVersion }),
  };
}

export function fromPayload(payload: Payload): GivenPayload {
  return "input" in payload ? { input: payload.input } : { args: payload.args, kwargs: payload.kwargs };
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(errors);
}

export function noRun(id: string): HyoshiError {
  return new HyoshiError("not_found", `there is no run with the id '${id}'`, {
    fields: { id, text: { en: "There is no such run.", ja: "この実行は見つかりません。" } },
  });
}
