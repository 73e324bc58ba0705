import type { useFormMessages } from "./messages.ts";

/** A place in a periodic task, or in a pause, as the screens call it: `schedules › 0 › zone` is "When 1 › Time zone". */
export function nameOf(path: readonly (string | number)[], m: ReturnType<typeof useFormMessages>): string {
  const [first = "", second, ...rest] = path;
  if (first === "reason") return m.difference.reason;
  if (first === "untilAt") return m.difference.until;
  const isSchedule = first === "schedules" && second !== undefined;
  const head = labelOf(`/${first}${isSchedule ? `/${second}` : ""}`, m);
  const fields: Readonly<Record<string, string>> = isSchedule
    ? {
        name: m.when.name,
        enabled: m.what.enabled,
        input: m.when.overlay,
        zone: m.when.zone,
        kind: m.when.kind,
        expression: m.when.kinds.crontab,
        every: m.when.every,
        period: m.when.period,
        anchor: m.when.anchor,
        event: m.when.event,
      }
    : {};
  const below = isSchedule || second === undefined ? rest : [second, ...rest];
  const told = below.filter((key) => key !== "definition").map((key) => fields[key] ?? listPlace(key));
  return [head.replace(/^\//, ""), ...told].join(" › ");
}

const listPlace = (key: string | number): string => (typeof key === "number" ? String(key + 1) : key);

/** A field's pointer as the form calls it: `/schedules/1/expression` is "When 2". */
export function labelOf(path: string, m: ReturnType<typeof useFormMessages>): string {
  const [, field = "", index] = path.split("/");
  const labels: Readonly<Record<string, string>> = {
    name: m.what.name,
    task: m.what.task,
    enabled: m.what.enabled,
    input: m.input.title,
    args: m.input.args,
    kwargs: m.input.kwargs,
    schedules: index === undefined ? m.when.title : `${m.when.title} ${Number(index) + 1}`,
    overlap: m.late.overlap,
    queue: m.limits.queue,
    priority: m.limits.priority,
    expiresMs: m.limits.expires,
    timeLimitMs: m.limits.timeLimit,
    headers: m.limits.headers,
    tags: m.labels.tags,
    ownerId: m.labels.owner,
    description: m.runbook.title,
  };
  return labels[field] ?? path;
}
