import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { ValueDiff } from "../value-diff.tsx";
import { useEditFormMessages } from "./messages.ts";
import type { EditFormState } from "./use-edit-form.ts";

interface Props<Draft> {
  form: EditFormState<Draft>;
  /** What of a draft is compared; default: all. */
  partOf?: ((draft: Draft) => unknown) | undefined;
}

/** Shown when somebody else has saved meanwhile: both versions, of which one stays. */
export function StaleChoice<Draft>({ form, partOf = (draft) => draft }: Props<Draft>) {
  const m = useEditFormMessages();
  if (!form.stale) return null;
  return (
    <Dialog open onClose={form.stale.close} maxWidth="md" fullWidth>
      <DialogTitle>{m.stale.title}</DialogTitle>
      <DialogContent>
        <Box sx={{ mb: 1.5 }}>{m.stale.text}</Box>
        <ValueDiff
          before={partOf(form.stale.theirs)}
          after={partOf(form.draft)}
          omit={["version"]}
          labels={{ before: m.stale.theirs, after: m.stale.mine, none: m.stale.same }}
        />
      </DialogContent>
      <DialogActions sx={{ flexWrap: "wrap", gap: 1 }}>
        <Button variant="text" onClick={form.stale.close}>
          {m.cancel}
        </Button>
        <Button onClick={form.stale.takeTheirs}>{m.stale.takeTheirs}</Button>
        <Button variant="contained" onClick={form.stale.keepMine}>
          {m.stale.keepMine}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
