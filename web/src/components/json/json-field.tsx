import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import FormLabel from "@mui/material/FormLabel";
import Skeleton from "@mui/material/Skeleton";
import { lazy, Suspense, useState } from "react";
import { useComponentMessages } from "../messages.ts";
import type { JsonFault } from "./json-editor.tsx";
import { readJson } from "./read-json.ts";

const JsonEditor = lazy(() => import("./json-editor.tsx"));

export interface JsonValue {
  value: unknown;
  /** The text while it cannot be read as JSON; `value` is then the last that could. */
  unread?: string;
}
interface Props {
  label: string;
  json: JsonValue;
  onChange: (json: JsonValue) => void;
  faults?: readonly JsonFault[];
  help?: string;
  minLines?: number;
}

const textOf = (value: unknown) => JSON.stringify(value, null, 2) ?? "null";

/** A JSON value edited as text, with its mistakes marked in the text and said below it. */
export function JsonField({ label, json, onChange, faults = [], help, minLines = 4 }: Props) {
  const m = useComponentMessages();
  const [typed, setTyped] = useState(json.unread ?? textOf(json.value));
  // The text that was typed stays as it is while it means the value; another value brings its own text.
  const own = readJson(typed);
  const isTyped = json.unread === typed || ("value" in own && textOf(own.value) === textOf(json.value));
  const text = json.unread ?? (isTyped ? typed : textOf(json.value));
  const read = readJson(text);
  const broken =
    "value" in read
      ? undefined
      : { at: read.at, text: read.text === "" ? m.json.unexpectedEnd : m.json.wrong(read.text) };

  const change = (next: string) => {
    setTyped(next);
    const result = readJson(next);
    onChange("value" in result ? { value: result.value } : { value: json.value, unread: next });
  };
  const lines = broken
    ? [broken.text]
    : faults.map((fault) => (fault.path === "" ? fault.text : `${fault.path}: ${fault.text}`));
  return (
    <Box>
      <FormLabel sx={{ fontSize: 13, display: "block", mb: 0.5 }} error={lines.length > 0}>
        {label}
      </FormLabel>
      <Suspense fallback={<Skeleton variant="rounded" height={`${minLines * 1.5 + 1}em`} />}>
        <JsonEditor text={text} onChange={change} label={label} faults={faults} broken={broken} minLines={minLines} />
      </Suspense>
      {lines.map((line) => (
        <FormHelperText key={line} error>
          {line}
        </FormHelperText>
      ))}
      {help && lines.length === 0 && <FormHelperText>{help}</FormHelperText>}
    </Box>
  );
}
