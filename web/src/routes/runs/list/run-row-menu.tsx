import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useNavigate } from "react-router-dom";
import { isFinished } from "../../../services/runs.ts";
import { useMay } from "../../../services/session.ts";
import type { RunSummary } from "../../../services/wire.ts";
import { useRunMessages } from "../messages.ts";
import { useRunActions } from "../parts/use-run-actions.tsx";

interface Props {
  at: { row: RunSummary; element: HTMLElement } | undefined;
  onClose: () => void;
}

/** What `.` offers on a row. */
export function RunRowMenu({ at, onClose }: Props) {
  const m = useRunMessages().actions;
  const may = useMay();
  const navigate = useNavigate();
  const actions = useRunActions();
  const row = at?.row;
  const choose = (act: (row: RunSummary) => unknown) => () => {
    onClose();
    if (row) void act(row);
  };
  return (
    <>
      <Menu
        open={row !== undefined}
        anchorEl={at?.element ?? null}
        onClose={onClose}
        anchorOrigin={{ vertical: "bottom", horizontal: 80 }}
      >
        <MenuItem onClick={choose(({ id }) => navigate(`/runs/${encodeURIComponent(id)}`))}>{m.open}</MenuItem>
        {row && may("runs.send") && (
          <MenuItem onClick={choose((run) => actions.again(run, "sent"))}>{m.again}</MenuItem>
        )}
        {row && !isFinished(row) && may("runs.cancel") && (
          <MenuItem onClick={choose(actions.cancel)}>{m.cancel}</MenuItem>
        )}
        <MenuItem onClick={choose(({ id }) => navigator.clipboard.writeText(id))}>{m.copyId}</MenuItem>
      </Menu>
      {actions.dialog}
    </>
  );
}
