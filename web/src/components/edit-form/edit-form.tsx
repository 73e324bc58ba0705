import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import type { ReactNode } from "react";
import { Link } from "react-router-dom";
import { ProblemView } from "../problem-view.tsx";
import { UnsavedGuard } from "../unsaved-guard.tsx";
import { ValueDiff } from "../value-diff.tsx";
import { useEditFormMessages } from "./messages.ts";
import type { EditFormState } from "./use-edit-form.ts";

interface Props<Draft> {
  form: EditFormState<Draft>;
  /** Where Cancel leads. */
  back: string;
  /** What else can be done with it, on the right of the foot. */
  aside?: ReactNode;
  /** Without Save: it may only be looked at. */
  isReadOnly?: boolean;
  /** Nothing can be saved as it stands: a JSON text that cannot be read. */
  isBlocked?: boolean;
  /** What of a draft is compared when somebody else was faster; default: all. */
  partOf?: (draft: Draft) => unknown;
  children: ReactNode;
}

/** A plain form: one column, the mistakes at their fields, both versions where somebody else was faster. */
export function EditForm<Draft>({
  form,
  back,
  aside,
  isReadOnly = false,
  isBlocked = false,
  partOf = (draft) => draft,
  children,
}: Props<Draft>) {
  const m = useEditFormMessages();
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        void form.submit();
      }}
      sx={{ display: "grid", gap: 2.5, maxWidth: 640, pt: 1 }}
    >
      {children}
      {form.error !== undefined && <ProblemView error={form.error} />}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "center" }}>
        {!isReadOnly && (
          <Button type="submit" variant="contained" loading={form.isBusy} disabled={isBlocked}>
            {m.save}
          </Button>
        )}
        <Button component={Link} to={back} variant="text">
          {m.cancel}
        </Button>
        <Box sx={{ flex: 1 }} />
        {aside}
      </Box>
      <UnsavedGuard isDirty={form.isDirty} words={m.leave} />
      {form.stale && (
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
      )}
    </Box>
  );
}
