import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { ValueDiff } from "../../../components/value-diff.tsx";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { type Draft, draftOf, inputOf } from "./draft.ts";
import { useFieldNames } from "./field-names.ts";
import { useFormMessages } from "./messages.ts";

interface Props {
  mine: Draft;
  hasSchema: boolean;
  /** What is saved now; undefined while nothing is in conflict. */
  current: PeriodicTaskView | undefined;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
  onClose: () => void;
}

/** A stale save was refused: both versions, and which one shall stay. */
export function StaleDialog({ mine, hasSchema, current, onKeepMine, onTakeTheirs, onClose }: Props) {
  const m = useFormMessages();
  const { nameOf } = useFieldNames();
  return (
    <Dialog open={current !== undefined} onClose={onClose} maxWidth="md" fullWidth>
      <DialogTitle>{m.stale.title}</DialogTitle>
      <DialogContent>
        <Box sx={{ mb: 1.5 }}>{m.stale.text}</Box>
        {current && (
          <ValueDiff
            before={inputOf(draftOf(current), hasSchema)}
            after={inputOf(mine, hasSchema)}
            omit={["version"]}
            nameOf={nameOf}
            labels={{ before: m.stale.theirs, after: m.stale.mine, none: m.stale.same }}
          />
        )}
      </DialogContent>
      <DialogActions sx={{ flexWrap: "wrap", gap: 1 }}>
        <Button variant="text" onClick={onClose}>
          {m.cancel}
        </Button>
        <Button onClick={onTakeTheirs}>{m.stale.takeTheirs}</Button>
        <Button variant="contained" onClick={onKeepMine}>
          {m.stale.keepMine}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
