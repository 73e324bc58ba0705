import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useTheme } from "@mui/material/styles";
import TextField from "@mui/material/TextField";
import useMediaQuery from "@mui/material/useMediaQuery";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useComponentMessages } from "../../../components/messages.ts";
import { NoteLine } from "../../../components/note-line.tsx";
import { useWordedTasks } from "../../../components/own-tasks/use-worded-tasks.ts";
import { useProblemFields } from "../../../components/problem-fields.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { viewerZone } from "../../../i18n/instant.ts";
import { instantOf } from "../../../i18n/wall-clock.ts";
import { sendRun } from "../../../services/runs.ts";
import { useMay } from "../../../services/session.ts";
import { useQueues } from "../../../services/tasks.ts";
import type { Permission } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { useSendMessages } from "./messages.ts";
import { hasSchema, SendInput, type SendInputValue } from "./send-input.tsx";

const emptyInput: SendInputValue = { input: { value: {} }, args: { value: [] }, kwargs: { value: {} } };

/** Sends one run of any task, by hand. */
export function SendDialog({ onClose }: { onClose: () => void }) {
  const m = useSendMessages();
  const common = useComponentMessages();
  const toast = useToast();
  const navigate = useNavigate();
  const tasks = useWordedTasks() ?? [];
  const queues = useQueues().data ?? [];
  const may = useMay();
  const isNarrow = useMediaQuery(useTheme().breakpoints.down("sm"));
  const [name, setName] = useState("");
  const [value, setValue] = useState(emptyInput);
  const [queue, setQueue] = useState("");
  const [at, setAt] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const fields = useProblemFields(error);

  const task = tasks.find((one) => one.name === name.trim());
  const isRefused = typeof task?.permission === "string" && !may(task.permission as Permission);
  const used = hasSchema(task) ? [value.input] : [value.args, value.kwargs];
  const isReady = name.trim() !== "" && used.every((json) => json.unread === undefined);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const run = await sendRun({
        task: name.trim(),
        ...(hasSchema(task)
          ? { input: value.input.value }
          : { args: value.args.value as unknown[], kwargs: value.kwargs.value as Record<string, unknown> }),
        ...(queue.trim() === "" ? {} : { queue: queue.trim() }),
        ...(at === "" ? {} : { at: instantOf(at, viewerZone) }),
      });
      toast.say(m.sent);
      onClose();
      await navigate(`/runs/${encodeURIComponent(run.id)}`);
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="sm"
      fullWidth
      fullScreen={isNarrow}
      slotProps={{ paper: { component: "form", onSubmit: submit, noValidate: true } as object }}
    >
      <DialogTitle>{m.title}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2, alignContent: "start" }}>
        {error !== undefined && <ProblemView error={error} />}
        <Box sx={{ pt: 0.75 }}>
          <Autocomplete
            freeSolo
            autoHighlight
            options={[...tasks].sort((a, b) => a.name.localeCompare(b.name))}
            groupBy={(option) => option.app ?? m.noApp}
            getOptionLabel={(option) => (typeof option === "string" ? option : option.name)}
            inputValue={name}
            onInputChange={(_, text, reason) => (reason !== "reset" || text !== "") && setName(text)}
            renderInput={(params) => (
              <TextField
                {...params}
                autoFocus
                label={m.task}
                error={fields.at("/task") !== undefined}
                helperText={fields.at("/task") ?? (task?.description || m.taskHelp)}
                slotProps={{
                  ...params.slotProps,
                  htmlInput: { ...params.slotProps.htmlInput, spellCheck: false, style: { fontFamily: mono } },
                }}
              />
            )}
          />
          {isRefused && <NoteLine state="missed">{m.notPermitted(task?.permission ?? "")}</NoteLine>}
          {task?.workers === 0 && <NoteLine state="missed">{m.noWorker}</NoteLine>}
          {!task && tasks.length > 0 && name.trim() !== "" && <NoteLine state="missed">{m.unknown(name)}</NoteLine>}
        </Box>
        {name.trim() !== "" && (
          <SendInput
            task={task}
            value={value}
            onChange={(changes) => setValue({ ...value, ...changes })}
            fields={fields}
            isStrict={error !== undefined}
          />
        )}
        <Box sx={{ display: "grid", gridTemplateColumns: { sm: "1fr 1fr" }, gap: 2 }}>
          <Autocomplete
            freeSolo
            options={queues.map((one) => one.name)}
            inputValue={queue}
            onInputChange={(_, text) => setQueue(text)}
            renderInput={(params) => (
              <TextField
                {...params}
                label={m.queue}
                error={fields.at("/queue") !== undefined}
                helperText={fields.at("/queue") ?? (task ? m.queueDefault(task.queue) : undefined)}
              />
            )}
          />
          <TextField
            type="datetime-local"
            label={m.at(viewerZone)}
            value={at}
            onChange={(event) => setAt(event.target.value)}
            error={fields.at("/at") !== undefined}
            helperText={fields.at("/at") ?? m.atHelp}
            slotProps={{ inputLabel: { shrink: true }, htmlInput: { step: 1 } }}
          />
        </Box>
      </DialogContent>
      <DialogActions>
        <Button variant="text" onClick={onClose}>
          {common.cancel}
        </Button>
        <Button type="submit" variant="contained" disabled={!isReady} loading={isBusy}>
          {at === "" ? m.action : m.actionLater}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
