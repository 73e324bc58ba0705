import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useState } from "react";
import { useNavigate } from "react-router-dom";
import { PauseDialog } from "../../../components/pause-dialog.tsx";
import { useToast } from "../../../components/toast.tsx";
import {
  pausePeriodicTask,
  releasePeriodicTask,
  resumePeriodicTask,
  runPeriodicTask,
} from "../../../services/periodic-tasks.ts";
import { useMay } from "../../../services/session.ts";
import type { PauseInput, PeriodicTaskSummary } from "../../../services/wire.ts";
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
  const [pausing, setPausing] = useState<PeriodicTaskSummary>();
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
  const attempt = async (act: Promise<unknown>, done: string) => {
    try {
      await act;
      toast.say(done);
    } catch (error) {
      toast.fail(error);
    }
  };
  const pause = async ({ id }: PeriodicTaskSummary, how: PauseInput) => {
    await pausePeriodicTask(id, how);
    toast.say(m.bulk.paused(1), () => void resumePeriodicTask(id).catch((error: unknown) => toast.fail(error)));
  };
  const isPaused = row?.paused?.scope === "periodic-task";
  const menu = (
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
        isPaused ? (
          <MenuItem key="resume" onClick={choose(({ id }) => attempt(resumePeriodicTask(id), m.bulk.resumed(1)))}>
            {m.bulk.resume}
          </MenuItem>
        ) : (
          <MenuItem key="pause" onClick={choose(setPausing)}>
            {m.bulk.pause}
          </MenuItem>
        ),
        row?.heldReason && (
          <MenuItem key="release" onClick={choose(({ id }) => attempt(releasePeriodicTask(id), m.bulk.released(1)))}>
            {m.bulk.release}
          </MenuItem>
        ),
        <MenuItem key="duplicate" onClick={choose(({ id }) => navigate(`/periodic-tasks/new?from=${id}`))}>
          {m.rowActions.duplicate}
        </MenuItem>,
      ]}
    </Menu>
  );
  return (
    <>
      {menu}
      {pausing && (
        <PauseDialog
          title={m.rowActions.pauseTitle(pausing.name)}
          pause={(how) => pause(pausing, how)}
          onClose={() => setPausing(undefined)}
        />
      )}
    </>
  );
}
