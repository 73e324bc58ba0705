import type { KeepOptions } from "../task/keep-options.ts";
import type { KeepRules, RetentionPolicy } from "./retention.ts";

/** The runs among which a number is counted: those of a periodic task, or those of a task. */
export type KeepScope =
  | { readonly kind: "periodicTask"; readonly id: number }
  | { readonly kind: "task"; readonly name: string };

/** What holds for one run. */
export interface KeepDecision {
  readonly days: number;
  readonly last: { readonly scope: KeepScope; readonly count: number } | undefined;
  readonly most: { readonly scope: KeepScope; readonly count: number } | undefined;
}

/** What says how long a run is kept: its periodic task's own options before its task's, and these before the settings. */
export function keepDecision(
  run: { readonly task: string; readonly periodicTaskId: number | null; readonly state: string },
  rules: KeepRules,
  policy: RetentionPolicy,
): KeepDecision {
  const ofTask: KeepOptions = rules.tasks.get(run.task) ?? {};
  const own: KeepOptions = (run.periodicTaskId !== null && rules.periodicTasks.get(run.periodicTaskId)) || {};
  const task = { kind: "task", name: run.task } as const;
  const closest = run.periodicTaskId === null ? task : ({ kind: "periodicTask", id: run.periodicTaskId } as const);
  const isFailure = run.state === "failed" || run.state === "lost";
  const lastRuns = own.lastRuns ?? ofTask.lastRuns ?? (run.periodicTaskId === null ? 0 : policy.lastRuns);
  return {
    days: isFailure
      ? (own.failuresDays ?? ofTask.failuresDays ?? policy.failuresDays)
      : (own.days ?? ofTask.days ?? policy.runsDays),
    last: lastRuns === 0 ? undefined : { scope: closest, count: lastRuns },
    most:
      own.mostRuns !== undefined
        ? { scope: closest, count: own.mostRuns }
        : ofTask.mostRuns === undefined
          ? undefined
          : { scope: task, count: ofTask.mostRuns },
  };
}

/** A walk over the runs of one rule, where it lets some go that the settings would keep. */
export interface KeepWalk {
  readonly scope: KeepScope;
  /** The shortest time that it lets any run be kept; undefined: none that is shorter than the settings'. */
  readonly days: number | undefined;
  readonly mostRuns: number | undefined;
}

/** The walks beside the one over all runs. */
export function keepWalks(rules: KeepRules, policy: RetentionPolicy): readonly KeepWalk[] {
  const walk = (scope: KeepScope, { days, failuresDays, mostRuns }: KeepOptions): KeepWalk[] => {
    const shortest = Math.min(days ?? policy.runsDays, failuresDays ?? policy.failuresDays);
    const earlier = shortest < policy.runsDays ? shortest : undefined;
    return earlier === undefined && mostRuns === undefined ? [] : [{ scope, days: earlier, mostRuns }];
  };
  return [
    ...[...rules.tasks].flatMap(([name, keep]) => walk({ kind: "task", name }, keep)),
    ...[...rules.periodicTasks].flatMap(([id, keep]) => walk({ kind: "periodicTask", id }, keep)),
  ];
}
