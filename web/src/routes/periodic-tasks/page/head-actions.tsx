import ArrowDropDownIcon from "@mui/icons-material/ArrowDropDown";
import MoreHorizIcon from "@mui/icons-material/MoreHoriz";
import Button from "@mui/material/Button";
import ButtonGroup from "@mui/material/ButtonGroup";
import IconButton from "@mui/material/IconButton";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Tooltip from "@mui/material/Tooltip";
import { useState } from "react";
import { Link, useNavigate } from "react-router-dom";
import { PauseDialog } from "../../../components/pause-dialog.tsx";
import { useToast } from "../../../components/toast.tsx";
import { pausePeriodicTask, resumePeriodicTask, runPeriodicTask } from "../../../services/periodic-tasks.ts";
import { isProblem } from "../../../services/problem.ts";
import { useMay } from "../../../services/session.ts";
import type { PauseInput, PeriodicTaskView, RunNow } from "../../../services/wire.ts";
import { ArchiveDialog } from "./archive-dialog.tsx";
import { BackfillDialog } from "./backfill-dialog.tsx";
import { useBackfillMessages } from "./backfill-messages.ts";
import { usePageMessages } from "./messages.ts";
import { RunDialog } from "./run-dialog.tsx";

type Open = "run" | "pause" | "archive" | "backfill";

/** Run now ▾, Edit, Pause or Resume, and the rarer ones behind ⋯. */
export function HeadActions({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  const backfill = useBackfillMessages();
  const may = useMay();
  const toast = useToast();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isSending, setSending] = useState(false);
  const close = () => setOpen(undefined);
  const isArchived = task.archivedAt !== null;

  const run = async (how: RunNow = {}) => {
    setSending(true);
    try {
      const sent = await runPeriodicTask(task.id, how);
      toast.offer(m.ran, { label: m.showRun, run: () => void navigate(`/runs/${encodeURIComponent(sent.id)}`) });
    } catch (error) {
      if (isProblem(error, "overlap")) {
        toast.offer(m.overlapping, { label: m.runBeside, run: () => void run({ overlap: "allow" }) });
      } else toast.fail(error);
    } finally {
      setSending(false);
    }
  };
  const pause = async (how: PauseInput) => {
    await pausePeriodicTask(task.id, how);
    toast.say(m.pauseDone(task.name), () => {
      resumePeriodicTask(task.id).catch((failure: unknown) => toast.fail(failure));
    });
  };
  const resume = async () => {
    try {
      await resumePeriodicTask(task.id);
      toast.say(m.resumed(task.name));
    } catch (error) {
      toast.fail(error);
    }
  };
  const choose = (act: () => void) => () => {
    setAnchor(null);
    act();
  };
  return (
    <>
      {may("periodic-tasks.run") && !isArchived && (
        <ButtonGroup variant="contained" disableElevation>
          <Button loading={isSending} onClick={() => void run()}>
            {m.runNow}
          </Button>
          <Tooltip title={m.runOptions}>
            <Button aria-label={m.runOptions} onClick={() => setOpen("run")} sx={{ px: 0.5, minWidth: 0 }}>
              <ArrowDropDownIcon fontSize="small" />
            </Button>
          </Tooltip>
        </ButtonGroup>
      )}
      {may("periodic-tasks.edit") && !isArchived && (
        <>
          <Button component={Link} to={`/periodic-tasks/${task.id}/edit`}>
            {m.edit}
          </Button>
          {task.paused?.scope === "periodic-task" ? (
            <Button onClick={() => void resume()}>{m.resume}</Button>
          ) : (
            <Button onClick={() => setOpen("pause")}>{m.pause}</Button>
          )}
        </>
      )}
      {(may("periodic-tasks.edit") || may("periodic-tasks.run")) && (
        <IconButton aria-label={m.more} aria-haspopup="menu" onClick={(event) => setAnchor(event.currentTarget)}>
          <MoreHorizIcon fontSize="small" />
        </IconButton>
      )}
      <Menu open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)}>
        {may("periodic-tasks.run") && !isArchived && task.schedules.length > 0 && (
          <MenuItem onClick={choose(() => setOpen("backfill"))}>{backfill.open}</MenuItem>
        )}
        {may("periodic-tasks.edit") && (
          <MenuItem onClick={choose(() => void navigate(`/periodic-tasks/new?from=${task.id}`))}>
            {m.duplicate}
          </MenuItem>
        )}
        {may("periodic-tasks.delete") && !isArchived && (
          <MenuItem onClick={choose(() => setOpen("archive"))} sx={{ color: "error.main" }}>
            {m.archive}
          </MenuItem>
        )}
      </Menu>
      {open === "run" && <RunDialog task={task} onClose={close} />}
      {open === "backfill" && <BackfillDialog task={task} start={{}} onClose={close} />}
      {open === "pause" && <PauseDialog title={m.pauseTitle(task.name)} pause={pause} onClose={close} />}
      {open === "archive" && <ArchiveDialog task={task} onClose={close} />}
    </>
  );
}
