import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { NoteLine } from "../../../components/note-line.tsx";
import { useMay } from "../../../services/session.ts";
import type { Permission, TaskView } from "../../../services/wire.ts";
import type { Draft } from "./draft.ts";
import type { FieldErrors } from "./field-errors.ts";
import { useFormMessages } from "./messages.ts";
import { Section } from "./section.tsx";

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  errors: FieldErrors;
  tasks: readonly TaskView[];
  /** The announced task of the draft's name. */
  task: TaskView | undefined;
}

export function WhatSection({ draft, change, errors, tasks, task }: Props) {
  const m = useFormMessages();
  const may = useMay();
  const isRefused = typeof task?.permission === "string" && !may(task.permission as Permission);
  const sorted = [...tasks].sort((a, b) => (a.app ?? "~").localeCompare(b.app ?? "~") || a.name.localeCompare(b.name));
  return (
    <Section title={m.what.title}>
      <TextField
        label={m.what.name}
        value={draft.name}
        onChange={(event) => change({ name: event.target.value })}
        required
        error={errors.at("/name") !== undefined}
        helperText={errors.at("/name") ?? m.what.nameHelp}
        slotProps={{ htmlInput: { maxLength: 200, "data-pointer": "/name" } }}
      />
      <div>
        <Autocomplete
          freeSolo
          options={sorted}
          groupBy={(option) => option.app ?? m.what.noApp}
          getOptionLabel={(option) => (typeof option === "string" ? option : option.name)}
          inputValue={draft.task}
          onInputChange={(_, name, reason) => {
            if (reason !== "reset" || name !== "") change({ task: name });
          }}
          renderOption={({ key, ...props }, option) => (
            <Box component="li" key={key} {...props} sx={{ display: "block !important" }}>
              <code>{option.name}</code>
              {option.description && <Box sx={{ fontSize: 12.5, color: "text.secondary" }}>{option.description}</Box>}
            </Box>
          )}
          renderInput={(params) => (
            <TextField
              {...params}
              label={m.what.task}
              required
              error={errors.at("/task") !== undefined}
              helperText={errors.at("/task") ?? (task?.description || m.what.taskHelp)}
              slotProps={{
                ...params.slotProps,
                htmlInput: { ...params.slotProps.htmlInput, "data-pointer": "/task", spellCheck: false },
              }}
            />
          )}
        />
        {isRefused && <NoteLine state="missed">{m.what.notPermitted(task?.permission ?? "")}</NoteLine>}
        {task && task.workers > 0 && <FormHelperText>{m.what.workers(task.workers, task.queue)}</FormHelperText>}
        {task && task.workers === 0 && <NoteLine state="missed">{m.what.noWorker}</NoteLine>}
        {task?.mixedVersions && <NoteLine state="retrying">{m.what.mixed}</NoteLine>}
        {!task && tasks.length > 0 && draft.task !== "" && (
          <NoteLine state="missed">{m.what.unknown(draft.task)}</NoteLine>
        )}
      </div>
      <div>
        <FormControlLabel
          control={<Switch checked={draft.enabled} onChange={(event) => change({ enabled: event.target.checked })} />}
          label={m.what.enabled}
        />
        {!draft.enabled && <FormHelperText sx={{ mt: 0 }}>{m.what.enabledHelp}</FormHelperText>}
      </div>
    </Section>
  );
}
