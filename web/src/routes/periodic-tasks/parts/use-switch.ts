import { useToast } from "../../../components/toast.tsx";
import { actOnPeriodicTasks } from "../../../services/periodic-tasks.ts";
import { refusalOf } from "../../../services/problem.ts";
import { queryClient } from "../../../services/query-client.ts";
import type { Page, PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";

/** What the screen holds is changed before the answer, so that the switch follows the finger. */
function showSwitched(ids: ReadonlySet<number>, enabled: boolean): void {
  const switched = <T extends PeriodicTaskSummary>(task: T): T => (ids.has(task.id) ? { ...task, enabled } : task);
  queryClient.setQueriesData<Page<PeriodicTaskSummary>>({ queryKey: ["periodic-tasks", "list"] }, (page) =>
    page ? { ...page, items: page.items.map(switched) } : page,
  );
  queryClient.setQueriesData<PeriodicTaskSummary>(
    { queryKey: ["periodic-tasks", "one"] },
    (task) => task && switched(task),
  );
}

/** Enables or disables at once and offers Undo. Only those that change are sent, so that Undo restores exactly what was. */
export function useSwitch(): (tasks: readonly PeriodicTaskSummary[], enabled: boolean) => Promise<void> {
  const m = usePeriodicTaskMessages();
  const toast = useToast();
  const send = async (ids: readonly number[], enabled: boolean) => {
    await queryClient.cancelQueries({ queryKey: ["periodic-tasks"] });
    showSwitched(new Set(ids), enabled);
    const result = await actOnPeriodicTasks({ action: enabled ? "enable" : "disable", ids: [...ids] });
    const [failed] = result.failed;
    if (failed) toast.fail(refusalOf(failed), m.bulk.failed(result.failed.length, ""));
    return result.done;
  };
  return async (tasks, enabled) => {
    const ids = tasks.filter((task) => task.enabled !== enabled).map((task) => task.id);
    if (ids.length === 0) return;
    try {
      const done = await send(ids, enabled);
      if (done === 0) return;
      toast.say(enabled ? m.enabled(done) : m.disabled(done), () => {
        send(ids, !enabled).catch((error: unknown) => toast.fail(error));
      });
    } catch (error) {
      toast.fail(error);
    }
  };
}
