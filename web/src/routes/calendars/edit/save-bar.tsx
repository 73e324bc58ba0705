import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useState } from "react";
import { Link } from "react-router-dom";
import type { EditFormState } from "../../../components/edit-form/use-edit-form.ts";
import { useComponentMessages } from "../../../components/messages.ts";
import { PlanEffectsView, usePlanEffectsSentence } from "../../../components/plan-effects/plan-effects-view.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import type { PlanEffects } from "../../../services/wire.ts";
import { useCalendarMessages } from "../messages.ts";
import type { CalendarDraft } from "./calendar-draft.ts";

interface Props {
  form: EditFormState<CalendarDraft>;
  /** Undefined while it is worked out. */
  effects: PlanEffects | undefined;
  previewError: unknown;
  isNew: boolean;
}

/** In sight while something is not saved: what saving would change, and the way to it. */
export function SaveBar({ form, effects, previewError, isNew }: Props) {
  const m = useCalendarMessages();
  const common = useComponentMessages();
  const sentence = usePlanEffectsSentence();
  const [isAsking, setAsking] = useState(false);
  const movesTimes = effects !== undefined && effects.changed > 0;
  const save = () => {
    setAsking(false);
    void form.submit();
  };
  return (
    <Box
      sx={{
        position: "sticky",
        bottom: 0,
        zIndex: 5,
        mx: { xs: -2, md: -3 },
        px: { xs: 2, md: 3 },
        py: 1.25,
        mt: 3,
        bgcolor: "background.default",
        borderTop: 1,
        borderColor: "divider",
      }}
    >
      {form.error !== undefined && (
        <Box sx={{ mb: 1 }}>
          <ProblemView error={form.error} />
        </Box>
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
        <Box role="status" sx={{ flex: "1 1 260px", fontSize: 13.5, color: "text.secondary" }}>
          {!isNew && (effects ? sentence(effects) : previewError ? "" : m.changes.checking)}
        </Box>
        <Button variant="text" component={Link} to="/calendars">
          {common.cancel}
        </Button>
        <Button
          variant="contained"
          loading={form.isBusy}
          disabled={!isNew && effects === undefined && !previewError}
          onClick={() => (movesTimes ? setAsking(true) : save())}
        >
          {movesTimes ? m.saving : m.save}
        </Button>
      </Box>
      {effects && (
        <Dialog open={isAsking} onClose={() => setAsking(false)} maxWidth="sm" fullWidth>
          <DialogTitle>{m.changes.title}</DialogTitle>
          <DialogContent>
            <PlanEffectsView effects={effects} />
          </DialogContent>
          <DialogActions>
            <Button variant="text" onClick={() => setAsking(false)}>
              {common.cancel}
            </Button>
            <Button autoFocus variant="contained" onClick={save}>
              {m.save}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </Box>
  );
}
