import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useComponentMessages } from "../../../components/messages.ts";
import { useWordedTasks } from "../../../components/own-tasks/use-worded-tasks.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { viewerZone } from "../../../i18n/instant.ts";
import { useLanguage } from "../../../i18n/language.tsx";
import { instantOf } from "../../../i18n/wall-clock.ts";
import { runPeriodicTask } from "../../../services/periodic-tasks.ts";
import { problemOf } from "../../../services/problem.ts";
import type { PeriodicTaskView, RunNow } from "../../../services/wire.ts";
import type { JsonDraft } from "../form/draft.ts";
import { FieldErrors } from "../form/field-errors.ts";
import { InputFields } from "../form/input-section.tsx";
import { usePageMessages } from "./messages.ts";

/** Runs it once with another input, at a later time, or beside one that still runs. Only what was changed is sent. */
export function RunDialog({ task, onClose }: { task: PeriodicTaskView; onClose: () => void }) {
  const m = usePageMessages();
  const words = useComponentMessages();
  const toast = useToast();
  const navigate = useNavigate();
  const announced = useWordedTasks()?.find((one) => one.name === task.task);
  const hasSchema = announced ? announced.inputSchema !== null : task.input !== undefined;
  const [payload, setPayload] = useState<{ input: JsonDraft; args: JsonDraft; kwargs: JsonDraft }>({
    input: { value: task.input ?? {} },
    args: { value: task.args ?? [] },
    kwargs: { value: task.kwargs ?? {} },
  });
  const [at, setAt] = useState("");
  const [isBeside, setBeside] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [isStrict, setStrict] = useState(false);
  const [error, setError] = useState<unknown>();
  const errors = FieldErrors.of(error === undefined ? undefined : problemOf(error), useLanguage().language);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setStrict(true);
    const { input, args, kwargs } = payload;
    const isUnread = (hasSchema ? [input] : [args, kwargs]).some((json) => json.unread !== undefined);
    if (isUnread) return;
    setBusy(true);
    setError(undefined);
    const how: RunNow = {
      ...(hasSchema
        ? { input: input.value }
        : { args: args.value as unknown[], kwargs: kwargs.value as Record<string, unknown> }),
      ...(at === "" ? {} : { at: instantOf(at, viewerZone) }),
      ...(isBeside ? { overlap: "allow" } : {}),
    };
    try {
      const sent = await runPeriodicTask(task.id, how);
      onClose();
      toast.offer(m.ran, { label: m.showRun, run: () => void navigate(`/runs/${encodeURIComponent(sent.id)}`) });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth>
      <form onSubmit={submit} noValidate>
        <DialogTitle>{m.runDialog.title(task.name)}</DialogTitle>
        <DialogContent>
          <Box sx={{ display: "grid", gap: 2 }}>
            {error !== undefined && <ProblemView error={error} />}
            <InputFields
              task={announced}
              isChosen
              {...payload}
              onChange={(changes) => setPayload((now) => ({ ...now, ...changes }))}
              faults={{ input: errors.under("/input"), args: errors.under("/args"), kwargs: errors.under("/kwargs") }}
              isStrict={isStrict}
              isNew={false}
              idPrefix="run-input"
            />
            <TextField
              type="datetime-local"
              label={m.runDialog.at}
              value={at}
              onChange={(event) => setAt(event.target.value)}
              error={errors.at("/at") !== undefined}
              helperText={errors.at("/at") ?? m.runDialog.atHelp(viewerZone)}
              slotProps={{ inputLabel: { shrink: true }, htmlInput: { step: 1 } }}
            />
            {task.overlap !== "allow" && (
              <div>
                <FormControlLabel
                  control={<Switch checked={isBeside} onChange={(event) => setBeside(event.target.checked)} />}
                  label={m.runDialog.overlap}
                />
                <FormHelperText sx={{ mt: 0 }}>{m.runDialog.overlapHelp}</FormHelperText>
              </div>
            )}
          </Box>
        </DialogContent>
        <DialogActions>
          <Button variant="text" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" variant="contained" loading={isBusy}>
            {m.runDialog.action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
