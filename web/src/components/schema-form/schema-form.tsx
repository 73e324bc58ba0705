import Box from "@mui/material/Box";
import { Form } from "@rjsf/mui";
import { type ErrorSchema, ErrorSchemaBuilder, type RJSFSchema, type UiSchema } from "@rjsf/utils";
import { useMemo } from "react";
import type { JsonFault } from "../json/json-editor.tsx";
import { rjsfValidator } from "./rjsf-validator.ts";
import { secretUi } from "./secret-ui.ts";
import { SecretWidget } from "./secret-widget.tsx";
import { useTranslateString } from "./translate-string.ts";

interface Props {
  schema: object;
  value: unknown;
  /** `isByHand` is false when the form completes the value with the schema's defaults. */
  onChange: (value: unknown, isByHand: boolean) => void;
  faults: readonly JsonFault[];
  /** Tells fields of several forms on one page apart. */
  idPrefix: string;
}

const ownUi: UiSchema = { "ui:submitButtonOptions": { norender: true } };
const widgets = { secret: SecretWidget };

const listItem = ".MuiGrid-container:has(> .MuiGrid-root > .MuiBox-root > .MuiPaper-root)";

/** The title stands above the form already. */
function untitled(schema: object): RJSFSchema {
  const { title: _title, description: _description, $schema: _schema, ...rest } = schema as RJSFSchema;
  return rest;
}

function errorTree(faults: readonly JsonFault[]): ErrorSchema {
  const builder = new ErrorSchemaBuilder();
  for (const { path, text } of faults) {
    const steps = path
      .split("/")
      .slice(1)
      .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    builder.addErrors(text, steps);
  }
  return builder.ErrorSchema;
}

/** A form drawn from a JSON Schema: labels, help, defaults, choices; the faults given appear at their fields. */
export default function SchemaForm({ schema, value, onChange, faults, idPrefix }: Props) {
  const translateString = useTranslateString();
  const shown = useMemo(() => untitled(schema), [schema]);
  const uiSchema = useMemo(() => ({ ...secretUi(shown), ...ownUi }), [shown]);
  const extraErrors = useMemo(() => errorTree(faults), [faults]);
  return (
    <Box
      sx={{
        "& .MuiFormControl-root": { width: "100%" },
        "& .MuiPaper-root": { border: 1, borderColor: "divider", boxShadow: "none" },
        "& .MuiPaper-root > .MuiBox-root": { p: 1.5 },
        "& .MuiPaper-root .MuiPaper-root": { border: "none" },
        "& .MuiPaper-root .MuiPaper-root > .MuiBox-root": { p: 0, pt: 1 },
        "& .MuiTypography-caption, & .MuiTypography-subtitle2": {
          fontSize: 12.5,
          fontWeight: 400,
          color: "text.secondary",
        },
        "& .MuiFormHelperText-root": { whiteSpace: "pre-line" },
        // A list's item beside its buttons, which would wrap below it.
        [`& ${listItem}`]: { flexWrap: "nowrap", alignItems: "flex-start", columnGap: 1 },
        [`& ${listItem} > .MuiGrid-root:first-of-type`]: { flex: 1, width: "auto", minWidth: 0, overflow: "visible" },
        [`& ${listItem} > .MuiGrid-root:last-of-type`]: { flex: "none", mt: 0.5, whiteSpace: "nowrap" },
        "& .MuiTypography-subtitle2 + .MuiGrid-container": { mt: 2.5 },
        "& hr": { borderColor: "rule" },
        "& h5": { typography: "h3" },
      }}
    >
      <Form
        tagName="div"
        schema={shown}
        uiSchema={uiSchema}
        widgets={widgets}
        formData={value}
        onChange={(event, id) => onChange(event.formData, id !== undefined)}
        validator={rjsfValidator}
        noValidate
        noHtml5Validate
        showErrorList={false}
        extraErrors={extraErrors}
        idPrefix={idPrefix}
        translateString={translateString}
      />
    </Box>
  );
}
