import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { ReactNode } from "react";
import { Link } from "react-router-dom";
import { ProblemView } from "../problem-view.tsx";
import { UnsavedGuard } from "../unsaved-guard.tsx";
import { useEditFormMessages } from "./messages.ts";
import { StaleChoice } from "./stale-choice.tsx";
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
  partOf,
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
      <StaleChoice form={form} partOf={partOf} />
    </Box>
  );
}
