import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { type ReactNode, useState } from "react";
import { useFormMessages } from "./messages.ts";

const unitsMs = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
type Unit = keyof typeof unitsMs;
const units = Object.keys(unitsMs) as Unit[];

/** The largest unit in which the duration is a whole number. */
const unitOf = (ms: number | null): Unit =>
  ms === null ? "minutes" : (units.findLast((unit) => ms % unitsMs[unit] === 0) ?? "seconds");

interface Props {
  label: string;
  /** Milliseconds; null for none. */
  value: number | null;
  onChange: (ms: number | null) => void;
  error: string | undefined;
  help: ReactNode;
  pointer: string;
}

export function DurationField({ label, value, onChange, error, help, pointer }: Props) {
  const m = useFormMessages();
  const [unit, setUnit] = useState(() => unitOf(value));
  const [text, setText] = useState(() => (value === null ? "" : String(value / unitsMs[unit])));
  const change = (nextText: string, nextUnit: Unit) => {
    setText(nextText);
    setUnit(nextUnit);
    const amount = Number(nextText);
    onChange(nextText.trim() === "" || !Number.isFinite(amount) ? null : Math.round(amount * unitsMs[nextUnit]));
  };
  return (
    <div>
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 110px", gap: 1 }}>
        <TextField
          label={label}
          type="number"
          value={text}
          onChange={(event) => change(event.target.value, unit)}
          error={error !== undefined}
          slotProps={{ htmlInput: { min: 0, step: "any", "data-pointer": pointer } }}
        />
        <TextField
          select
          label={m.limits.unit}
          value={unit}
          onChange={(event) => change(text, event.target.value as Unit)}
        >
          {units.map((one) => (
            <MenuItem key={one} value={one}>
              {m.limits.units[one]}
            </MenuItem>
          ))}
        </TextField>
      </Box>
      <FormHelperText error={error !== undefined}>{error ?? help}</FormHelperText>
    </div>
  );
}
