import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import MenuItem from "@mui/material/MenuItem";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { JsonField } from "../../../components/json/json-field.tsx";
import { viewerZone } from "../../../i18n/instant.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { ModelField } from "../../../services/wire.ts";
import { useModelMessages } from "../messages.ts";
import { type FieldDraft, isJson } from "./record-draft.ts";

interface Props {
  field: ModelField;
  draft: FieldDraft | undefined;
  onChange: (draft: FieldDraft) => void;
  error: string | undefined;
}

/** The input for a field of a model, by its kind. */
export function FieldInput({ field, draft, onChange, error }: Props) {
  const m = useModelMessages();
  const format = useFormat();
  const label = format.text(field.label);
  const help = field.help === null ? undefined : format.text(field.help);
  const text = typeof draft === "string" ? draft : "";
  const common = {
    label,
    required: field.required,
    error: error !== undefined,
    helperText: error ?? help,
    value: text,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  switch (field.kind) {
    case "boolean":
      if (field.nullable) {
        const words = { true: m.yes, false: m.no, null: m.null };
        return (
          <TextField
            {...common}
            select
            value={String(draft)}
            onChange={(event) => onChange(event.target.value === "null" ? null : event.target.value === "true")}
          >
            {(["true", "false", "null"] as const).map((value) => (
              <MenuItem key={value} value={value}>
                {words[value]}
              </MenuItem>
            ))}
          </TextField>
        );
      }
      return (
        <div>
          <FormControlLabel
            control={<Switch checked={draft === true} onChange={(event) => onChange(event.target.checked)} />}
            label={label}
          />
          {(error ?? help) && (
            <FormHelperText sx={{ mt: 0 }} error={error !== undefined}>
              {error ?? help}
            </FormHelperText>
          )}
        </div>
      );
    case "choice":
      return (
        <TextField {...common} select>
          {field.nullable && <MenuItem value="">{m.null}</MenuItem>}
          {field.choices?.map((choice) => (
            <MenuItem key={choice} value={choice}>
              {choice}
            </MenuItem>
          ))}
        </TextField>
      );
    case "json":
      return (
        <JsonField
          label={label}
          json={isJson(draft) ? draft : { value: null }}
          onChange={onChange}
          faults={error === undefined ? [] : [{ path: "", text: error }]}
          {...(help && { help })}
        />
      );
    case "instant":
      return (
        <TextField
          {...common}
          type="datetime-local"
          helperText={error ?? [help, m.zone(viewerZone)].filter(Boolean).join(" ")}
          slotProps={{ inputLabel: { shrink: true }, htmlInput: { step: 1 } }}
        />
      );
    case "integer":
    case "number":
      return (
        <TextField
          {...common}
          slotProps={{
            htmlInput: { inputMode: field.kind === "integer" ? "numeric" : "decimal", autoComplete: "off" },
          }}
        />
      );
    default:
      return (
        <TextField
          {...common}
          multiline={field.kind === "longText"}
          {...(field.kind === "longText" && { minRows: 3, maxRows: 16 })}
          slotProps={{ htmlInput: { ...(field.maxLength !== null && { maxLength: field.maxLength * 2 }) } }}
        />
      );
  }
}
