import type { Instant } from "../../base/clock.ts";
import type { Announcement } from "../../control/process-registry.ts";
import { faultsOf } from "../import/import-faults.ts";
import { InputCheck } from "../input-check.ts";
import { checkPeriodicTask } from "../periodic-task-check.ts";
import { withOwn } from "../task-directory.ts";
import { codeInput, hasPassedSchedule } from "./code-input.ts";
import type { FoundDefinition } from "./code-schedules.ts";

export interface DefinitionFinding {
  readonly severity: "error" | "warning";
  readonly app: string;
  readonly text: string;
}

/** What is wrong with the periodic tasks that code defines, as far as it is known without a database: calendars are taken to be there. */
export function checkDefinitions(
  definitions: readonly FoundDefinition[],
  { now, timeZone, ownTasks }: { now: Instant; timeZone: string; ownTasks: readonly Announcement[] },
): readonly DefinitionFinding[] {
  const check = new InputCheck();
  const own = new Map(ownTasks.map((task) => [task.task, task]));
  return definitions.flatMap(({ app, definition }): DefinitionFinding[] => {
    const about = `periodic task '${definition.name}'`;
    const read = codeInput(definition, () => 0);
    if (typeof read === "string") return [{ severity: "error", app, text: `${about}: ${read}` }];
    const task = own.get(definition.task);
    const schedules = (read.input.schedules ?? []).filter((schedule) => !hasPassedSchedule(schedule, now));
    const known = withOwn(undefined, task);
    const { errors } = checkPeriodicTask(
      { ...read.input, schedules },
      { now, timeZone, known, check, current: undefined },
    );
    if (errors.length > 0) return [{ severity: "error", app, text: `${about}: ${faultsOf(errors)}` }];
    if (task !== undefined) return [];
    return [
      {
        severity: "warning",
        app,
        text: `${about} names the task '${definition.task}', which no app of the project has`,
      },
    ];
  });
}
