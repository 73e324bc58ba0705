import type { Instant } from "../base/clock.ts";
import { maskSealed } from "../catalog/shown-payload.ts";
import type { Attempt, Run } from "../run/run.ts";
import type { RunRecord } from "../run/run-reader.ts";
import { pairs } from "./table.ts";
import { formatDuration, formatTime } from "./times.ts";

/** From the first start to the end, or to now; null before it began. */
export function durationOf({ startedAt, endedAt }: Pick<Run, "startedAt" | "endedAt">, now: Instant): number | null {
  return startedAt === undefined ? null : (endedAt ?? now) - startedAt;
}

/** All that is known of a run, for people. */
export function runLines(run: RunRecord, attempts: readonly Attempt[], zone: string, now: Instant): string {
  const time = (at: Instant | undefined) => formatTime(at, zone);
  const { origin, payload, progress, error } = run;
  const facts: (readonly [string, string] | undefined)[] = [
    ["run", run.id],
    ["state", run.state],
    ["task", run.task],
    run.periodicTask ? ["periodic task", `${run.periodicTask.name} (${run.periodicTask.id})`] : undefined,
    ["sent by", [origin.kind, origin.by, origin.rerunOf].filter((part) => part !== undefined).join(", ")],
    run.nominalAt === undefined ? undefined : ["nominal time", time(run.nominalAt)],
    run.parentId === undefined
      ? undefined
      : ["sent by run", `${run.parentId}${run.options.detached ? ", which it outlives" : ""}`],
    ["sent", time(run.queuedAt)],
    ["queue", `${run.queue}, priority ${run.priority}`],
    ["started", time(run.startedAt)],
    ["ended", time(run.endedAt)],
    ["duration", formatDuration(durationOf(run, now))],
    ["worker", run.worker ?? "-"],
    ["attempts", String(run.attempt)],
    progress === undefined
      ? undefined
      : [
          "progress",
          [`${progress.current}${progress.total === undefined ? "" : `/${progress.total}`}`, progress.text ?? ""]
            .join(" ")
            .trim(),
        ],
    ...Object.entries(run.options.headers ?? {}).map(([name, value]): [string, string] => [`header ${name}`, value]),
    ["input", JSON.stringify("input" in payload ? payload.input : payload, maskSealed)],
    run.result === undefined ? undefined : ["result", JSON.stringify(run.result)],
    error === undefined ? undefined : ["error", `${error.name}: ${error.message}`],
    ...attempts.map((attempt): [string, string] => [
      `attempt ${attempt.number}`,
      `${attempt.outcome}, ended ${time(attempt.endedAt)}${attempt.error ? `, ${attempt.error.name}: ${attempt.error.message}` : ""}`,
    ]),
  ];
  return pairs(facts.filter((fact) => fact !== undefined));
}
