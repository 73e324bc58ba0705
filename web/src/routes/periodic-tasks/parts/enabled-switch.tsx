import Switch from "@mui/material/Switch";
import { useMay } from "../../../services/session.ts";
import type { PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";
import { useSwitch } from "./use-switch.ts";

export function EnabledSwitch({ task }: { task: PeriodicTaskSummary }) {
  const m = usePeriodicTaskMessages();
  const may = useMay();
  const setEnabled = useSwitch();
  return (
    <Switch
      checked={task.enabled}
      disabled={!may("periodic-tasks.edit") || task.archivedAt !== null}
      onChange={(event) => void setEnabled([task], event.target.checked)}
      slotProps={{ input: { "aria-label": task.enabled ? m.row.switchOff(task.name) : m.row.switchOn(task.name) } }}
    />
  );
}
