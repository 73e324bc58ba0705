import type { useFormMessages } from "./messages.ts";

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
