import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useState } from "react";
import { diffValues } from "../../../components/diff-values.ts";
import { useComponentMessages } from "../../../components/messages.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { ValueDiff } from "../../../components/value-diff.tsx";
import { updatePeriodicTask } from "../../../services/periodic-tasks.ts";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { useFieldNames } from "../form/field-names.ts";
import { usePageMessages } from "./messages.ts";
import { asInput, type Recorded, reverted } from "./revert.ts";

interface Props {
  task: PeriodicTaskView;
  /** The periodic task as it was. */
  before: Recorded;
  onClose: () => void;
}

/** Shows what going back to how it was would change now, and does it as an edit like any other. */
export function RevertDialog({ task, before, onClose }: Props) {
  const m = usePageMessages();
  const { nameOf } = useFieldNames();
  const words = useComponentMessages();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const now = asInput(task);
  const then = reverted(before, task);
  const isSame = diffValues(now, then).length === 0;

  const revert = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await updatePeriodicTask(task.id, then);
      toast.say(m.revert.done(task.name));
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth>
      <DialogTitle>{m.revert.title}</DialogTitle>
      <DialogContent>
        <Box sx={{ display: "grid", gap: 1.5 }}>
          {error !== undefined && <ProblemView error={error} what={m.revert.failed} />}
          <div>{m.revert.text}</div>
          <ValueDiff
            before={now}
            after={then}
            omit={["version"]}
            nameOf={nameOf}
            labels={{ before: m.revert.now, after: m.revert.reverted, none: m.revert.same }}
          />
        </Box>
      </DialogContent>
      <DialogActions>
        <Button variant="text" onClick={onClose}>
          {words.cancel}
        </Button>
        <Button variant="contained" loading={isBusy} disabled={isSame} onClick={() => void revert()}>
          {m.revert.action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
