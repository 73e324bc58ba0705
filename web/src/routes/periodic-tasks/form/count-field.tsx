import TextField from "@mui/material/TextField";

interface Props {
  label: string;
  /** As it is typed; empty for none. */
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  help: string;
  pointer: string;
}

/** A whole number that may be left out. What is no number stays as it was typed, and is refused at this field. */
export function CountField({ label, value, onChange, error, help, pointer }: Props) {
  return (
    <TextField
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error !== undefined}
      helperText={error ?? help}
      slotProps={{ htmlInput: { inputMode: "numeric", "data-pointer": pointer }, inputLabel: { shrink: true } }}
    />
  );
}
