import TextField from "@mui/material/TextField";
import type { ScheduleDraft } from "./draft.ts";
import { useFormMessages } from "./messages.ts";

interface Props {
  draft: ScheduleDraft;
  change: (changes: Partial<ScheduleDraft>) => void;
  errorAt: (field: string) => string | undefined;
  pointer: string;
}

export function ClockedFields({ draft, change, errorAt, pointer }: Props) {
  const m = useFormMessages();
  return (
    <TextField
      label={m.when.at}
      type="datetime-local"
      value={draft.at}
      onChange={(event) => change({ at: event.target.value })}
      error={errorAt("at") !== undefined}
      helperText={errorAt("at") ?? m.when.atHelp(draft.zone)}
      sx={{ maxWidth: 320 }}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { step: 1, "data-pointer": `${pointer}/at` } }}
    />
  );
}
