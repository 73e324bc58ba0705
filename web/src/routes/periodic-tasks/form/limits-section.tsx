import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { NoteLine } from "../../../components/note-line.tsx";
import { useLanguage } from "../../../i18n/language.tsx";
import type { QueueView, TaskView } from "../../../services/wire.ts";
import type { Draft } from "./draft.ts";
import { DurationField } from "./duration-field.tsx";
import type { FieldErrors } from "./field-errors.ts";
import { HeadersField } from "./headers-field.tsx";
import { useFormMessages } from "./messages.ts";
import { Section } from "./section.tsx";

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  errors: FieldErrors;
  queues: readonly QueueView[] | undefined;
  task: TaskView | undefined;
}

const priorities = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0];

export function LimitsSection({ draft, change, errors, queues, task }: Props) {
  const m = useFormMessages();
  const { language } = useLanguage();
  const effective = draft.queue.trim() === "" ? task?.queue : draft.queue.trim();
  const workers = queues?.find((queue) => queue.name === effective)?.workers ?? 0;
  const mark = (priority: number) =>
    priority === 9 ? ` (${m.limits.priorityHigh})` : priority === 0 ? ` (${m.limits.priorityLow})` : "";
  return (
    <Section title={m.limits.title} about={m.limits.retries}>
      {task?.limits.text && <Box sx={{ color: "text.secondary" }}>{m.limits.ofTask(task.limits.text[language])}</Box>}
      <div>
        <Autocomplete
          freeSolo
          options={queues?.map((queue) => queue.name) ?? []}
          inputValue={draft.queue}
          onInputChange={(_, queue, reason) => {
            if (reason !== "reset" || queue !== "") change({ queue });
          }}
          renderOption={({ key, ...props }, name) => {
            const served = queues?.find((queue) => queue.name === name)?.workers ?? 0;
            return (
              <Box component="li" key={key} {...props} sx={{ justifyContent: "space-between !important" }}>
                {name}
                <Box
                  component="small"
                  sx={{ color: served > 0 ? "text.secondary" : (theme) => theme.palette.state.missed }}
                >
                  {served > 0 ? m.limits.served(served) : m.limits.notServed}
                </Box>
              </Box>
            );
          }}
          renderInput={(params) => (
            <TextField
              {...params}
              label={m.limits.queue}
              error={errors.at("/queue") !== undefined}
              helperText={errors.at("/queue") ?? (task ? m.limits.queueHelp(task.queue) : m.limits.queueHelpUnknown)}
              slotProps={{
                ...params.slotProps,
                htmlInput: { ...params.slotProps.htmlInput, "data-pointer": "/queue", spellCheck: false },
              }}
            />
          )}
        />
        {queues && effective !== undefined && workers === 0 && (
          <NoteLine state="missed">{m.limits.nobody(effective)}</NoteLine>
        )}
      </div>
      <TextField
        select
        label={m.limits.priority}
        value={draft.priority === null ? "" : String(draft.priority)}
        onChange={(event) => change({ priority: event.target.value === "" ? null : Number(event.target.value) })}
        error={errors.at("/priority") !== undefined}
        helperText={errors.at("/priority")}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value="">{m.limits.priorityOwn}</MenuItem>
        {priorities.map((priority) => (
          <MenuItem key={priority} value={String(priority)}>
            {priority}
            {mark(priority)}
          </MenuItem>
        ))}
      </TextField>
      <DurationField
        label={m.limits.timeLimit}
        value={draft.timeLimitMs}
        onChange={(timeLimitMs) => change({ timeLimitMs })}
        error={errors.at("/timeLimitMs")}
        help={m.limits.timeLimitHelp}
        pointer="/timeLimitMs"
      />
      <DurationField
        label={m.limits.softTimeLimit}
        value={draft.softTimeLimitMs}
        onChange={(softTimeLimitMs) => change({ softTimeLimitMs })}
        error={errors.at("/softTimeLimitMs")}
        help={m.limits.softTimeLimitHelp}
        pointer="/softTimeLimitMs"
      />
      <HeadersField headers={draft.headers} onChange={(headers) => change({ headers })} errors={errors} />
    </Section>
  );
}
