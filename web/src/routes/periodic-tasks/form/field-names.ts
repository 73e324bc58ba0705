import { useLateMessages } from "./late-messages.ts";
import { useFormMessages } from "./messages.ts";
import { useWhenMessages } from "./when-messages.ts";

type Names = Readonly<Record<string, string>>;

/**
 * How the screens call a place in a periodic task, or in a pause: `nameOf` of `schedules › 0 › zone` is "When 1 › Time zone", `labelOf`
 * of the field's pointer `/schedules/0/zone` is "When 1".
 */
export function useFieldNames(): {
  nameOf: (path: readonly (string | number)[]) => string;
  labelOf: (path: string) => string;
  /** Of a field that differs from code: `schedules.night.zone` is "When “night” › Time zone". */
  driftNameOf: (field: string, below: readonly (string | number)[]) => string;
} {
  const m = useFormMessages();
  const late = useLateMessages();
  const { rules, days } = useWhenMessages();
  const fields: Names = {
    name: m.what.name,
    task: m.what.task,
    enabled: m.what.enabled,
    input: m.input.title,
    args: m.input.args,
    kwargs: m.input.kwargs,
    schedules: m.when.title,
    overlap: late.overlap.label,
    overlapLimit: late.overlap.limit,
    overlapQueue: late.overlap.queue,
    expiresMs: late.expires.label,
    abandonAfterMs: late.abandon.label,
    endAfterRuns: late.ends.endAfter,
    disableAfterFailures: late.ends.disableAfter,
    holdOnError: late.ends.hold,
    queue: m.limits.queue,
    priority: m.limits.priority,
    timeLimitMs: m.limits.timeLimit,
    softTimeLimitMs: m.limits.softTimeLimit,
    keep: m.keep.title,
    headers: m.limits.headers,
    tags: m.labels.tags,
    ownerId: m.labels.owner,
    description: m.runbook.title,
    reason: m.difference.reason,
    untilAt: m.difference.until,
  };
  const ofSchedule: Names = {
    name: m.when.name,
    enabled: m.what.enabled,
    input: m.when.overlay,
    zone: m.when.zone,
    kind: m.when.kind,
    expression: m.when.kinds.crontab,
    days: days.label,
    every: m.when.every,
    period: m.when.period,
    anchor: m.when.anchor,
    event: m.when.event,
    gap: rules.gap,
    fold: rules.fold,
    calendar: rules.calendar,
    startsAt: rules.startsAt,
    endsAt: rules.endsAt,
    jitterMs: rules.jitter,
    misfire: late.misfire.label,
    catchUpWindowMs: late.misfire.window,
    catchUpCap: late.misfire.cap,
  };

  const nameOf = (path: readonly (string | number)[]): string => {
    const [first = "", second, ...rest] = path;
    const isSchedule = first === "schedules" && second !== undefined;
    const head = `${fields[first] ?? first}${isSchedule ? ` ${Number(second) + 1}` : ""}`;
    const below = isSchedule || second === undefined ? rest : [second, ...rest];
    const names = isSchedule ? ofSchedule : {};
    const told = below.filter((key) => key !== "definition").map((key) => names[key] ?? listPlace(key));
    return [head, ...told].join(" › ");
  };
  const labelOf = (path: string): string => {
    const [, field = "", index] = path.split("/");
    const name = fields[field];
    if (name === undefined) return path;
    return field === "schedules" && index !== undefined ? `${name} ${Number(index) + 1}` : name;
  };
  const driftNameOf = (field: string, below: readonly (string | number)[]): string => {
    const places = below.map(listPlace);
    const [, key = "", last = ""] = /^schedules\.(.+?)(?:\.(\w+))?$/.exec(field) ?? [];
    if (key === "") return [fields[field] ?? field, ...places].join(" › ");
    // A key may hold a dot of its own; then the last part is no field.
    const name = last === "definition" ? rules.definition : ofSchedule[last];
    const whole = last === "" || name !== undefined ? key : `${key}.${last}`;
    return [`${m.when.title} “${whole}”`, ...(name === undefined ? [] : [name]), ...places].join(" › ");
  };
  return { nameOf, labelOf, driftNameOf };
}

const listPlace = (key: string | number): string => (typeof key === "number" ? String(key + 1) : key);
