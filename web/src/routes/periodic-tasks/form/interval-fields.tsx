import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { type Period, periods, type ScheduleDraft } from "./draft.ts";
import { useFormMessages } from "./messages.ts";

interface Props {
  draft: ScheduleDraft;
  change: (changes: Partial<ScheduleDraft>) => void;
  errorAt: (field: string) => string | undefined;
  pointer: string;
}

export function IntervalFields({ draft, change, errorAt, pointer }: Props) {
  const m = useFormMessages();
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr 1fr", sm: "120px 160px minmax(0, 1fr)" }, gap: 1.5 }}>
      <TextField
        label={m.when.every}
        value={draft.every}
        onChange={(event) => change({ every: event.target.value })}
        error={errorAt("every") !== undefined}
        helperText={errorAt("every")}
        slotProps={{ htmlInput: { inputMode: "numeric", "data-pointer": `${pointer}/every` } }}
      />
      <TextField
        select
        label={m.when.period}
        value={draft.period}
        onChange={(event) => change({ period: event.target.value as Period })}
        error={errorAt("period") !== undefined}
        helperText={errorAt("period")}
      >
        {periods.map((period) => (
          <MenuItem key={period} value={period}>
            {m.when.periods[period]}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        label={m.when.anchor}
        type="datetime-local"
        value={draft.anchor}
        onChange={(event) => change({ anchor: event.target.value })}
        error={errorAt("anchor") !== undefined}
        helperText={errorAt("anchor") ?? m.when.anchorHelp}
        sx={{ gridColumn: { xs: "1 / -1", sm: "auto" } }}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { step: 1, "data-pointer": `${pointer}/anchor` } }}
      />
    </Box>
  );
}
