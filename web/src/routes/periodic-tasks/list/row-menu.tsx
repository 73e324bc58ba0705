import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useNavigate } from "react-router-dom";
import { useToast } from "../../../components/toast.tsx";
import { runPeriodicTask } from "../../../services/periodic-tasks.ts";
import { useMay } from "../../../services/session.ts";
import type { PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";
import { useSwitch } from "../parts/use-switch.ts";

interface Props {
  at: { row: PeriodicTaskSummary; element: HTMLElement } | undefined;
  onClose: () => void;
}

/** What `.` offers on a row. */
export function RowMenu({ at, onClose }: Props) {
  const m = usePeriodicTaskMessages();
  const may = useMay();
  const toast = useToast();
  const navigate = useNavigate();
  const setEnabled = useSwitch();
  const row = at?.row;
  const choose = (act: (row: PeriodicTaskSummary) => unknown) => () => {
    onClose();
    if (row) void act(row);
  };
  const run = async ({ id }: PeriodicTaskSummary) => {
    try {
      await runPeriodicTask(id);
      toast.say(m.bulk.ran(1));
    } catch (error) {
      toast.fail(error);
    }
  };
  return (
    <Menu
      open={row !== undefined}
      anchorEl={at?.element ?? null}
      onClose={onClose}
      anchorOrigin={{ vertical: "bottom", horizontal: 80 }}
    >
      <MenuItem onClick={choose(({ id }) => navigate(`/periodic-tasks/${id}`))}>{m.rowActions.open}</MenuItem>
      {may("periodic-tasks.run") && <MenuItem onClick={choose(run)}>{m.rowActions.run}</MenuItem>}
      {may("periodic-tasks.edit") && [
        <MenuItem key="edit" onClick={choose(({ id }) => navigate(`/periodic-tasks/${id}/edit`))}>
          {m.rowActions.edit}
        </MenuItem>,
        <MenuItem key="switch" onClick={choose((task) => setEnabled([task], !task.enabled))}>
          {row?.enabled ? m.rowActions.disable : m.rowActions.enable}
        </MenuItem>,
        <MenuItem key="duplicate" onClick={choose(({ id }) => navigate(`/periodic-tasks/new?from=${id}`))}>
          {m.rowActions.duplicate}
        </MenuItem>,
      ]}
    </Menu>
  );
}
