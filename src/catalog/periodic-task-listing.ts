import type { Bilingual } from "../base/bilingual.ts";
import type { Instant } from "../base/clock.ts";
import { HyoshiError, isHyoshiError } from "../base/error.ts";
import { fieldErrorOf } from "../base/field-error.ts";
import type { Page } from "../base/page.ts";
import type {
  ListedSchedule,
  PeriodicTaskFilter,
  PeriodicTaskRecord,
  PeriodicTaskSort,
  ScheduleQuery,
} from "../ledger/periodic-task-reader.ts";
import type { PlannedSchedule } from "../ledger/periodic-task-store.ts";
import { compileSchedule, parseDefinition } from "../schedule/definition.ts";
import { describeOffsetChange, describeSchedule } from "../schedule/describe.ts";
import { nextOffsetChange } from "../schedule/preview.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import type { InputCheck } from "./input-check.ts";
import { misfits } from "./payload-check.ts";
import { noPeriodicTask } from "./periodic-task-editor.ts";
import { readTaskDirectory, type TaskDirectory } from "./task-directory.ts";
import {
  inputDoesNotFit,
  queueWithoutWorker,
  scheduleBroken,
  taskWithoutWorker,
  unknownTask,
  type Warning,
} from "./warning.ts";

export interface DescribedSchedule extends PlannedSchedule {
  readonly description: Bilingual;
  /** When it fires next; null where it never does as things are. */
  readonly firesAt: Instant | null;
  /** The next change of the zone's offset that alters one of its times. */
  readonly offsetChange: { readonly at: Instant; readonly text: Bilingual } | null;
}

/** A periodic task as people see it. */
export interface ListedPeriodicTask extends PeriodicTaskRecord {
  readonly schedules: readonly DescribedSchedule[];
  /** Where its runs go. */
  readonly effectiveQueue: string;
  readonly warnings: readonly Warning[];
}

export interface PeriodicTaskListQuery extends Omit<PeriodicTaskFilter, "queue"> {
  readonly queue?: string;
  readonly sort: PeriodicTaskSort;
  readonly limit: number;
  readonly after?: string;
  readonly count?: boolean;
}

/** Reads periodic tasks, with what their reader should know about them. */
export class PeriodicTaskListing {
  readonly #parts: CatalogParts;
  readonly #check: InputCheck;

  constructor(parts: CatalogParts, check: InputCheck) {
    this.#parts = parts;
    this.#check = check;
  }

  /** Fails with `invalid_cursor`. */
  async list({ queue, ...query }: PeriodicTaskListQuery): Promise<Page<ListedPeriodicTask>> {
    const { readers, clock } = this.#parts;
    const directory = await this.#directory();
    const page = await readers.periodicTasks.list({
      ...query,
      now: clock.now(),
      ...(queue !== undefined && { queue: directory.goingTo(queue) }),
    });
    return { ...page, items: page.items.map((record) => this.#listed(record, directory)) };
  }

  /** An archived one too. Fails with `not_found`. */
  async get(id: number): Promise<ListedPeriodicTask> {
    const { readers, clock } = this.#parts;
    const record = await readers.periodicTasks.find(id, clock.now());
    if (record === undefined) throw noPeriodicTask(id);
    return this.#listed(record, await this.#directory());
  }

  /** The names of tags that periodic tasks have, in their order; `after` is the last that the reader has. */
  tags(page: { readonly after?: string; readonly limit: number }): Promise<readonly string[]> {
    return this.#parts.readers.periodicTasks.tags(page);
  }

  /** Fails with `invalid_cursor`. */
  async schedules(query: Omit<ScheduleQuery, "now">): Promise<Page<ListedSchedule & DescribedSchedule>> {
    const page = await this.#parts.readers.periodicTasks.schedules({ ...query, now: this.#parts.clock.now() });
    return { ...page, items: page.items.map((schedule) => this.#described(schedule)) };
  }

  /** Fails with `not_found`. */
  async schedule(id: number): Promise<ListedSchedule & DescribedSchedule> {
    const [schedule] = (await this.schedules({ id, limit: 1 })).items;
    if (schedule !== undefined) return schedule;
    throw new HyoshiError("not_found", `there is no schedule with the id ${id}, or it was removed`, { fields: { id } });
  }

  #directory(): Promise<TaskDirectory> {
    const { readers, clock, defaultQueue } = this.#parts;
    return readTaskDirectory(readers.processes, { now: clock.now(), defaultQueue });
  }

  #listed(record: PeriodicTaskRecord, directory: TaskDirectory): ListedPeriodicTask {
    const effectiveQueue = record.queue ?? directory.queueOf(record.task);
    const schedules = record.schedules.map((schedule) => {
      const described = this.#described(schedule);
      return record.heldReason === null ? described : { ...described, firesAt: null };
    });
    const warnings = record.archivedAt === null ? this.#warnings(record, effectiveQueue, directory) : [];
    return { ...record, schedules, effectiveQueue, warnings };
  }

  #described<T extends PlannedSchedule>(schedule: T): T & DescribedSchedule {
    const compiled = this.#compiled(schedule);
    return {
      ...schedule,
      description: describe(schedule),
      // A cursor waits for times that fall away as well.
      firesAt: schedule.nextAt === null ? null : (compiled?.next(schedule.accountedTo) ?? null),
      offsetChange: compiled === undefined || !schedule.enabled ? null : this.#offsetChange(schedule.zone, compiled),
    };
  }

  #compiled({ plan }: PlannedSchedule): Schedule | undefined {
    try {
      return plan === null ? undefined : this.#parts.compile(plan);
    } catch {
      return undefined;
    }
  }

  /** Null where there is none in two years. */
  #offsetChange(zone: string, schedule: Schedule): DescribedSchedule["offsetChange"] {
    const change = nextOffsetChange(zone, schedule, this.#parts.clock.now());
    if (change === undefined) return null;
    const tell = (language: "en" | "ja") => describeOffsetChange(change, zone, language);
    return { at: change.at, text: { en: tell("en"), ja: tell("ja") } };
  }

  #warnings(record: PeriodicTaskRecord, queue: string, directory: TaskDirectory): Warning[] {
    const warnings: Warning[] = [];
    const known = directory.find(record.task);
    if (known === undefined) warnings.push(unknownTask(record.task));
    if (directory.workersOf(queue) === 0) warnings.push(queueWithoutWorker(queue));
    else if (known !== undefined && known.workers === 0) warnings.push(taskWithoutWorker(record.task));
    if (known !== undefined && known.announced.inputSchema !== null && "input" in record.payload) {
      const [misfit] = misfits(record.payload.input, known, this.#check, "");
      if (misfit !== undefined) warnings.push(inputDoesNotFit(misfit));
    }
    for (const schedule of record.schedules) {
      const { name, error } = schedule;
      if (error !== null) warnings.push(scheduleBroken(name, error, faultText(schedule)));
    }
    return warnings;
  }
}

/** What is wrong with the schedule itself, found again: beat keeps a text in one language. */
function faultText({ definition, zone }: PlannedSchedule): Bilingual | undefined {
  try {
    compileSchedule(parseDefinition(definition), zone);
    return undefined;
  } catch (error) {
    return isHyoshiError(error) ? fieldErrorOf(error).text : undefined;
  }
}

/** With its zone, because whoever reads a list may live in another. A definition that cannot be read is shown as it stands. */
function describe({ definition, zone, uid }: PlannedSchedule): Bilingual {
  const sentence = (language: "en" | "ja") =>
    describeSchedule(definition, zone, language, { showZone: true, seed: uid });
  try {
    return { en: sentence("en"), ja: sentence("ja") };
  } catch {
    const text = JSON.stringify(definition);
    return { en: text, ja: text };
  }
}
