import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import TextField from "@mui/material/TextField";
import { mono } from "../../../theme/theme.ts";
import { crontabParts, withCrontabPart } from "./crontab-parts.ts";
import { useFormMessages } from "./messages.ts";

interface Props {
  expression: string;
  onChange: (expression: string) => void;
  /** By field name (`minute` …), or `` for the whole. */
  errorAt: (field: string) => string | undefined;
  pointer: string;
}

const names = ["minute", "hour", "day", "month", "weekday"] as const;

/** The five fields, and the same as a line to paste. */
export function CrontabFields({ expression, onChange, errorAt, pointer }: Props) {
  const m = useFormMessages();
  const parts = crontabParts(expression);
  const error = names.map(errorAt).find((text) => text !== undefined) ?? errorAt("");
  const isBoth = parts !== undefined && parts[2] !== "*" && parts[4] !== "*";
  return (
    <div>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "start" }}>
        <Box sx={{ display: "grid", gridTemplateColumns: "repeat(5, minmax(0, 1fr))", gap: 0.75, flex: "1 1 320px" }}>
          {names.map((name, index) => (
            <TextField
              key={name}
              label={m.when.fields[name]}
              value={parts?.[index] ?? ""}
              disabled={parts === undefined}
              onChange={(event) => onChange(withCrontabPart(expression, index, event.target.value))}
              error={errorAt(name) !== undefined}
              slotProps={{
                htmlInput: {
                  spellCheck: false,
                  autoCapitalize: "none",
                  sx: { fontFamily: mono, textAlign: "center", px: 0.5 },
                },
                inputLabel: { shrink: true },
              }}
            />
          ))}
        </Box>
        <TextField
          label={m.when.paste}
          value={expression}
          onChange={(event) => onChange(event.target.value.replaceAll(/\s/g, " "))}
          error={error !== undefined}
          sx={{ flex: "1 1 200px" }}
          slotProps={{
            htmlInput: { spellCheck: false, autoCapitalize: "none", "data-pointer": pointer, sx: { fontFamily: mono } },
            inputLabel: { shrink: true },
          }}
        />
      </Box>
      {error && <FormHelperText error>{error}</FormHelperText>}
      {isBoth && !error && <FormHelperText>{m.when.both}</FormHelperText>}
    </div>
  );
}
