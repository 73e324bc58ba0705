import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import TextField from "@mui/material/TextField";
import { useId, useState } from "react";
import { mono } from "../../../theme/theme.ts";
import { CrontabNotes, DaysSwitch } from "./crontab-help.tsx";
import { crontabParts, withCrontabPart } from "./crontab-parts.ts";
import { useFormMessages } from "./messages.ts";
import { useWhenMessages } from "./when-messages.ts";

interface Props {
  expression: string;
  onChange: (expression: string) => void;
  days: "and" | "or";
  onDaysChange: (days: "and" | "or") => void;
  /** By the field's name in the API (`minute`, `day_of_month` …), or `` for the whole. */
  errorAt: (field: string) => string | undefined;
  pointer: string;
}

const fields = [
  { name: "minute", key: "minute" },
  { name: "hour", key: "hour" },
  { name: "day", key: "day_of_month" },
  { name: "month", key: "month_of_year" },
  { name: "weekday", key: "day_of_week" },
] as const;

/** The five fields, and the same as a line to paste; what one may type is told where one types. */
export function CrontabFields({ expression, onChange, days, onDaysChange, errorAt, pointer }: Props) {
  const m = useFormMessages();
  const { accepts } = useWhenMessages();
  const [typedIn, setTypedIn] = useState<(typeof fields)[number]["name"]>();
  const parts = crontabParts(expression);
  const id = useId();
  const wrong = fields.findIndex(({ key }) => errorAt(key) !== undefined);
  const wrongKey = fields[wrong]?.key;
  const ofField = wrongKey === undefined ? undefined : errorAt(wrongKey);
  const ofWhole = errorAt("");
  const isGiven = (part: string | undefined) => part !== undefined && part !== "" && part !== "*";
  const isBoth = isGiven(parts?.[2]) && isGiven(parts?.[4]);
  const help = typedIn !== undefined && !ofField ? accepts[typedIn] : undefined;
  return (
    <div>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "start" }}>
        <Box sx={{ display: "grid", gridTemplateColumns: "repeat(5, minmax(0, 1fr))", gap: 0.75, flex: "1 1 320px" }}>
          {fields.map(({ name, key }, index) => (
            <TextField
              key={key}
              label={m.when.fields[name]}
              value={parts?.[index] ?? ""}
              disabled={parts === undefined}
              onChange={(event) => onChange(withCrontabPart(expression, index, event.target.value))}
              onFocus={() => setTypedIn(name)}
              error={index === wrong}
              slotProps={{
                htmlInput: {
                  "data-pointer": `${pointer}/${key}`,
                  "aria-describedby": index === wrong || (help && name === typedIn) ? id : undefined,
                  spellCheck: false,
                  autoCapitalize: "none",
                  sx: { fontFamily: mono, textAlign: "center", px: 0.5 },
                },
                inputLabel: { shrink: true },
              }}
            />
          ))}
          {ofField && (
            <FormHelperText
              error
              id={id}
              sx={
                // Under its own field, reaching to the side where there is room.
                wrong < 3
                  ? { gridColumn: `${wrong + 1} / -1`, m: 0 }
                  : { gridColumn: `1 / ${wrong + 2}`, m: 0, textAlign: "right" }
              }
            >
              {ofField}
            </FormHelperText>
          )}
          {help && (
            <FormHelperText id={id} sx={{ gridColumn: "1 / -1", m: 0 }}>
              {help}
            </FormHelperText>
          )}
        </Box>
        <TextField
          label={m.when.paste}
          value={expression}
          onChange={(event) => onChange(event.target.value.replaceAll(/\s/g, " "))}
          error={ofField !== undefined || ofWhole !== undefined}
          sx={{ flex: "1 1 200px" }}
          slotProps={{
            htmlInput: { spellCheck: false, autoCapitalize: "none", "data-pointer": pointer, sx: { fontFamily: mono } },
            inputLabel: { shrink: true },
          }}
        />
      </Box>
      {ofWhole && <FormHelperText error>{ofWhole}</FormHelperText>}
      {errorAt("days") && <FormHelperText error>{errorAt("days")}</FormHelperText>}
      {(isBoth || days === "or") && <DaysSwitch days={days} onChange={onDaysChange} />}
      <CrontabNotes expression={expression} onSpread={ofField || ofWhole ? undefined : onChange} />
    </div>
  );
}
