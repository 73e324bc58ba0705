import VisibilityIcon from "@mui/icons-material/VisibilityOutlined";
import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useComponentMessages } from "./messages.ts";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  help?: string;
  autoComplete: "current-password" | "new-password";
  autoFocus?: boolean;
}

/** A password that can be looked at while it is typed. */
export function PasswordField({ label, value, onChange, error, help, autoComplete, autoFocus = false }: Props) {
  const m = useComponentMessages();
  const [isShown, setShown] = useState(false);
  return (
    <TextField
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      type={isShown ? "text" : "password"}
      error={error !== undefined}
      helperText={error ?? help}
      autoFocus={autoFocus}
      slotProps={{
        formHelperText: { sx: { whiteSpace: "pre-line" } },
        htmlInput: { autoComplete, maxLength: 1024 },
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <IconButton
                aria-label={m.showPassword}
                aria-pressed={isShown}
                onClick={() => setShown(!isShown)}
                edge="end"
              >
                <VisibilityIcon fontSize="small" />
              </IconButton>
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
