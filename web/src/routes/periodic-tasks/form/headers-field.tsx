import AddIcon from "@mui/icons-material/Add";
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormHelperText from "@mui/material/FormHelperText";
import IconButton from "@mui/material/IconButton";
import TextField from "@mui/material/TextField";
import { type Draft, newKey } from "./draft.ts";
import type { FieldErrors } from "./field-errors.ts";
import { useFormMessages } from "./messages.ts";

interface Props {
  headers: Draft["headers"];
  onChange: (headers: Draft["headers"]) => void;
  errors: FieldErrors;
}

export function HeadersField({ headers, onChange, errors }: Props) {
  const m = useFormMessages();
  const change = (key: string, changes: Partial<Draft["headers"][number]>) =>
    onChange(headers.map((header) => (header.key === key ? { ...header, ...changes } : header)));
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      {headers.map(({ key, name, value }) => (
        <Box key={key} sx={{ display: "grid", gridTemplateColumns: "1fr 1fr auto", gap: 1, alignItems: "center" }}>
          <TextField
            label={m.limits.headerName}
            value={name}
            onChange={(event) => change(key, { name: event.target.value })}
          />
          <TextField
            label={m.limits.headerValue}
            value={value}
            onChange={(event) => change(key, { value: event.target.value })}
          />
          <IconButton
            aria-label={m.limits.removeHeader}
            onClick={() => onChange(headers.filter((header) => header.key !== key))}
          >
            <DeleteIcon fontSize="small" />
          </IconButton>
        </Box>
      ))}
      <Box sx={{ display: "flex", gap: 1, alignItems: "center" }}>
        <Button startIcon={<AddIcon />} onClick={() => onChange([...headers, { key: newKey(), name: "", value: "" }])}>
          {m.limits.addHeader}
        </Button>
        <FormHelperText sx={{ mt: 0 }}>{m.limits.headersHelp}</FormHelperText>
      </Box>
      {errors.under("/headers").map((fault) => (
        <FormHelperText key={fault.path} error>
          {fault.path.slice(1)} {fault.text}
        </FormHelperText>
      ))}
    </Box>
  );
}
