import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { PeriodicTask, PeriodicTaskDraft } from "../../ledger/periodic-task-store.ts";
import { fieldsOf, type PeriodicTaskFields, scheduleFieldsOf } from "../periodic-task-fields.ts";

/** A schedule of a definition: in code by its key, here by its uid. */
export interface BaseSchedule {
  readonly key: string;
  readonly uid: string;
  readonly fields: PeriodicTaskFields;
}

/** A definition as it was applied. */
export interface CodeBase {
  readonly key: string;
  readonly fields: PeriodicTaskFields;
  readonly schedules: readonly BaseSchedule[];
}

/** What code says of a periodic task, besides its schedules: everything but the owner, who is a person here. */
export function codeFieldsOf(task: Omit<PeriodicTaskDraft, "schedules">): PeriodicTaskFields {
  const { ownerId: _ownerId, ...fields } = fieldsOf(task);
  return fields;
}

/** Null where nothing was applied, or what was cannot be read. */
export function readCodeBase({ codeBase }: Pick<PeriodicTask, "codeBase">): CodeBase | null {
  if (codeBase === null || typeof codeBase.key !== "string" || !isJsonObject(codeBase.fields)) return null;
  const schedules = Array.isArray(codeBase.schedules) ? codeBase.schedules : [];
  return {
    key: codeBase.key,
    fields: codeBase.fields,
    schedules: schedules.flatMap((schedule: Json) => {
      if (!isJsonObject(schedule) || !isJsonObject(schedule.fields)) return [];
      return [{ key: String(schedule.key), uid: String(schedule.uid), fields: schedule.fields }];
    }),
  };
}

export function writeCodeBase({ key, fields, schedules }: CodeBase): JsonObject {
  return {
    key,
    fields: { ...fields },
    schedules: schedules.map((schedule) => ({ ...schedule, fields: { ...schedule.fields } })),
  };
}

/** The fields of the schedules that a row has now, by uid. */
export function schedulesNow({ schedules }: PeriodicTask): ReadonlyMap<string, PeriodicTaskFields> {
  return new Map(schedules.map((schedule) => [schedule.uid, scheduleFieldsOf(schedule)]));
}
