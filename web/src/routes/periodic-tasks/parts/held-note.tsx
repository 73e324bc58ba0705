import Button from "@mui/material/Button";
import { useState } from "react";
import { NoteLine } from "../../../components/note-line.tsx";
import { RunText } from "../../../components/run-text.tsx";
import { useToast } from "../../../components/toast.tsx";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { releasePeriodicTask } from "../../../services/periodic-tasks.ts";
import { useMay } from "../../../services/session.ts";
import type { PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";

/** Why it fires no more, with the run to look at and the way to let it go on. */
export function HeldNote({ task }: { task: PeriodicTaskSummary }) {
  const m = usePeriodicTaskMessages();
  const may = useMay();
  const toast = useToast();
  const format = useFormat();
  const [isBusy, setBusy] = useState(false);
  const { heldReason: held } = task;
  if (!held) return null;
  const release = async () => {
    setBusy(true);
    try {
      await releasePeriodicTask(task.id);
      toast.say(m.held.released(task.name));
    } catch (error) {
      toast.fail(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <NoteLine state={held.kind === "ended" ? "off" : "held"}>
      <RunText text={format.text(held.text)} /> · <When at={held.at} />
      {may("periodic-tasks.edit") && task.archivedAt === null && (
        <>
          {" "}
          <Button size="small" loading={isBusy} onClick={() => void release()} sx={{ ml: 0.5, minHeight: 26, py: 0 }}>
            {held.kind === "ended" ? m.held.again : m.held.release}
          </Button>
        </>
      )}
    </NoteLine>
  );
}
