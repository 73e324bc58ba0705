import TextField from "@mui/material/TextField";
import type { WidgetProps } from "@rjsf/utils";
import { useComponentMessages } from "../messages.ts";
import { isSealed } from "../sealed.ts";

/** A secret: what was saved is not shown again and stays until another is typed. */
export function SecretWidget({
  id,
  label,
  value,
  required,
  disabled,
  readonly,
  onChange,
  rawErrors,
  options,
}: WidgetProps) {
  const m = useComponentMessages();
  const saved = isSealed(value);
  return (
    <TextField
      id={id}
      label={label}
      type="password"
      value={saved || value === undefined ? "" : String(value)}
      placeholder={saved ? m.secretSaved : ""}
      required={(required ?? false) && !saved}
      disabled={(disabled ?? false) || (readonly ?? false)}
      error={(rawErrors?.length ?? 0) > 0}
      onChange={(event) => onChange(event.target.value === "" ? options.emptyValue : event.target.value)}
      slotProps={{ htmlInput: { autoComplete: "new-password" }, inputLabel: { shrink: true } }}
    />
  );
}
