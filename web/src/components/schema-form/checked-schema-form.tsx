import Box from "@mui/material/Box";
import { useMemo, useState } from "react";
import type { JsonFault } from "../json/json-editor.tsx";
import { JsonField, type JsonValue } from "../json/json-field.tsx";
import { isSealed, valueAt } from "../sealed.ts";
import { checkSchema } from "./check-schema.ts";
import SchemaForm from "./schema-form.tsx";
import { useSchemaWords } from "./use-schema-words.ts";

interface Props {
  view: "form" | "json";
  label: string;
  /** Said in the form's place when the schema has no properties. */
  nothing: string;
  schema: object;
  json: JsonValue;
  onChange: (json: JsonValue) => void;
  /** What somebody else (the server) found. */
  faults: readonly JsonFault[];
  isStrict: boolean;
  /**
   * Whether the schema's defaults, which are always shown, go into the value before anything is changed by hand: for a new value, but
   * not for one that was saved without them. Default: true.
   */
  withDefaults?: boolean;
  idPrefix: string;
}

/** A value and its schema, as a form or as JSON, with the same faults in both. */
export default function CheckedSchemaForm(props: Props) {
  const { view, label, nothing, schema, json, onChange, faults, isStrict, withDefaults = true, idPrefix } = props;
  const words = useSchemaWords();
  const [isTouched, setTouched] = useState(false);
  const found = useMemo(() => {
    try {
      // Whether a sealed secret fits, the server alone can tell.
      return checkSchema(schema, json.value, words).filter(({ path }) => !isSealed(valueAt(json.value, path)));
    } catch (error) {
      // A schema that this validator cannot follow is checked by the server alone.
      console.warn("the task's schema cannot be checked here", error);
      return [];
    }
  }, [schema, json.value, words]);
  const shown = useMemo(() => {
    const own = isTouched || isStrict || view === "json" ? found : [];
    return [...own, ...faults.filter((fault) => !own.some(({ path }) => path === fault.path))];
  }, [found, faults, isTouched, isStrict, view]);
  const change = (next: JsonValue) => {
    setTouched(true);
    onChange(next);
  };
  if (view === "json") {
    return <JsonField label={label} json={json} onChange={change} faults={shown} minLines={6} />;
  }
  const isEmpty = "properties" in schema && Object.keys(schema.properties as object).length === 0;
  if (isEmpty) return <Box sx={{ color: "text.secondary" }}>{nothing}</Box>;
  return (
    <SchemaForm
      schema={schema}
      value={json.value}
      onChange={(next, isByHand) => {
        if (isByHand) change({ value: next });
        else if (withDefaults) onChange({ value: next });
      }}
      faults={shown}
      idPrefix={idPrefix}
    />
  );
}
