import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router-dom";
import { Confirm } from "../../../components/confirm.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { When } from "../../../components/when.tsx";
import { archivePeriodicTask, readDeletionPreview } from "../../../services/periodic-tasks.ts";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { usePageMessages } from "./messages.ts";

/** Says in numbers what deleting stops and what goes on, before it is done. */
export function ArchiveDialog({ task, onClose }: { task: PeriodicTaskView; onClose: () => void }) {
  const m = usePageMessages();
  const toast = useToast();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const preview = useQuery({
    queryKey: ["periodic-task-deletion", task.id],
    queryFn: () => readDeletionPreview(task.id),
    staleTime: 0,
  });
  const counts = preview.data;
  const archive = async () => {
    setBusy(true);
    try {
      await archivePeriodicTask(task.id);
      toast.say(m.archiveDialog.done(task.name));
      void navigate("/periodic-tasks");
    } catch (error) {
      toast.fail(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Confirm
      open
      danger
      title={m.archiveDialog.title(task.name)}
      action={m.archiveDialog.action(counts?.schedules ?? task.schedules.length)}
      busy={isBusy || !counts}
      onConfirm={() => void archive()}
      onClose={onClose}
    >
      {preview.error && <ProblemView error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.isPending && m.archiveDialog.counting}
      {counts && (
        <Box component="ul" sx={{ m: 0, pl: 2.5, display: "grid", gap: 0.5 }}>
          <li>
            {m.archiveDialog.stops(counts.schedules)}{" "}
            {counts.nextAt !== null && (
              <>
                {m.archiveDialog.next} <When at={counts.nextAt} />
              </>
            )}
          </li>
          {counts.waitingRuns > 0 && <li>{m.archiveDialog.waiting(counts.waitingRuns)}</li>}
          {counts.runningRuns > 0 && <li>{m.archiveDialog.running(counts.runningRuns)}</li>}
          <li>{m.archiveDialog.keeps}</li>
        </Box>
      )}
    </Confirm>
  );
}
