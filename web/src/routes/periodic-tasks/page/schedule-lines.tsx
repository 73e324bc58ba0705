import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { NoteLine } from "../../../components/note-line.tsx";
import { PauseDialog } from "../../../components/pause-dialog.tsx";
import { PauseLine, ResumeButton } from "../../../components/pause-line.tsx";
import { useToast } from "../../../components/toast.tsx";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { beginPause, endPause } from "../../../services/pauses.ts";
import { useMay } from "../../../services/session.ts";
import type { PauseInput, PeriodicTaskView, ScheduleView } from "../../../services/wire.ts";
import { usePageMessages } from "./messages.ts";

/** When it fires: a line for each schedule, with what keeps or changes its times below it. */
export function ScheduleLines({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  // A pause that holds all of it is told once, above.
  const isHeldWhole = task.paused !== null || task.heldReason !== null || task.archivedAt !== null;
  if (task.schedules.length === 0) {
    return isHeldWhole ? null : <Box sx={{ color: "text.secondary" }}>{task.enabled ? m.nothingNext : m.off}</Box>;
  }
  return task.schedules.map((schedule) => (
    <ScheduleLine key={schedule.id} task={task} schedule={schedule} isHeldWhole={isHeldWhole} />
  ));
}

interface Props {
  task: PeriodicTaskView;
  schedule: ScheduleView;
  isHeldWhole: boolean;
}

function ScheduleLine({ task, schedule, isHeldWhole }: Props) {
  const m = usePageMessages();
  const format = useFormat();
  const may = useMay();
  const toast = useToast();
  const [isAsking, setAsking] = useState(false);
  const pause = schedule.paused?.scope === "schedule" ? schedule.paused : null;
  const mayPause = may("periodic-tasks.edit") && task.archivedAt === null;
  const name = schedule.name !== "" ? schedule.name : format.text(schedule.description);
  const resume = async (id: number) => {
    try {
      await endPause(id);
      toast.say(m.resumed(name));
    } catch (error) {
      toast.fail(error);
    }
  };
  const begin = async (how: PauseInput) => {
    const made = await beginPause({ scope: "schedule", scopeId: String(schedule.id), ...how });
    toast.say(m.pauseDone(name), () => void endPause(made.id).catch((failure: unknown) => toast.fail(failure)));
  };
  return (
    <div>
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, rowGap: 0.25, alignItems: "baseline" }}>
        <Box
          component="span"
          sx={{ fontWeight: 600, fontSize: 15, color: schedule.enabled ? undefined : "text.secondary" }}
        >
          {format.text(schedule.description)}
        </Box>
        {schedule.name !== "" && <Box sx={{ color: "text.secondary", fontSize: 13 }}>{schedule.name}</Box>}
        {!isHeldWhole && pause === null && <Next task={task} schedule={schedule} />}
        {mayPause && pause === null && task.schedules.length > 1 && schedule.enabled && (
          <Button
            variant="text"
            aria-label={m.pauseTitle(name)}
            onClick={() => setAsking(true)}
            sx={{ minHeight: 24, py: 0, fontSize: 13, color: "text.secondary" }}
          >
            {m.pause}
          </Button>
        )}
      </Box>
      {schedule.error !== null && <NoteLine state="failed">{schedule.error}</NoteLine>}
      {pause && (
        <PauseLine pause={pause}>{mayPause && <ResumeButton onClick={() => void resume(pause.id)} />}</PauseLine>
      )}
      {schedule.enabled && schedule.offsetChange && task.archivedAt === null && (
        <NoteLine state="missed">{format.text(schedule.offsetChange.text)}</NoteLine>
      )}
      {isAsking && <PauseDialog title={m.pauseTitle(name)} pause={begin} onClose={() => setAsking(false)} />}
    </div>
  );
}

/** The next time counting down, or why there is none. */
function Next({ task, schedule }: Pick<Props, "task" | "schedule">) {
  const m = usePageMessages();
  if (!task.enabled || !schedule.enabled) return <Box sx={{ color: "text.secondary" }}>{m.off}</Box>;
  if (schedule.nextAt === null) return <Box sx={{ color: "text.secondary" }}>{m.nothingNext}</Box>;
  return (
    <span>
      <Box component="span" sx={{ color: "text.secondary" }}>
        {m.next}{" "}
      </Box>
      <When at={schedule.nextAt} zone={schedule.zone} />
    </span>
  );
}
