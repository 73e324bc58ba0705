import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { ScheduleDraft } from "./draft.ts";
import { useWhenMessages } from "./when-messages.ts";

const clockRules = {
  gap: ["default", "after", "skip"],
  fold: ["default", "first", "second", "both"],
} as const;

interface Props {
  /** What a time does that the clock leaves out (`gap`) or shows twice (`fold`). */
  rule: "gap" | "fold";
  draft: ScheduleDraft;
  change: (changes: Partial<ScheduleDraft>) => void;
  error?: string | undefined;
  pointer?: string;
  /** Without a label in sight and small, for a line of text. */
  isInline?: boolean;
}

export function ClockRuleSelect({ rule, draft, change, error, pointer, isInline = false }: Props) {
  const m = useWhenMessages().rules;
  const words: Readonly<Record<string, string>> = rule === "gap" ? m.gaps : m.folds;
  return (
    <TextField
      select
      {...(isInline ? { variant: "standard" } : { label: m[rule] })}
      value={draft[rule]}
      onChange={(event) => change({ [rule]: event.target.value })}
      error={error !== undefined}
      helperText={error}
      sx={isInline ? { verticalAlign: "baseline", "& .MuiSelect-select": { fontSize: 13, py: 0 } } : {}}
      slotProps={{
        select: { SelectDisplayProps: { "aria-label": m[rule] } },
        htmlInput: pointer === undefined ? {} : { "data-pointer": `${pointer}/${rule}` },
      }}
    >
      {clockRules[rule].map((one) => (
        <MenuItem key={one} value={one}>
          {words[one]}
        </MenuItem>
      ))}
    </TextField>
  );
}
