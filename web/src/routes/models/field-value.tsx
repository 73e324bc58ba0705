import Box from "@mui/material/Box";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import type { ModelField } from "../../services/wire.ts";
import { mono } from "../../theme/theme.ts";
import { useModelMessages } from "./messages.ts";

/** A list shows the beginning of a long text. */
const longest = 120;

interface Props {
  field: ModelField;
  value: unknown;
  /** On the record's own page: whole, and times absolute. */
  isWhole?: boolean;
}

/** A field's value to read. */
export function FieldValue({ field, value, isWhole = false }: Props) {
  const m = useModelMessages();
  const format = useFormat();
  const cut = (text: string) => (isWhole || text.length <= longest ? text : `${text.slice(0, longest)} …`);
  if (value === null || value === undefined) {
    return (
      <Box component="span" sx={{ color: "text.disabled" }}>
        {m.nothing}
      </Box>
    );
  }
  switch (field.kind) {
    case "instant":
      return typeof value === "number" ? <When at={value} form={isWhole ? "absolute" : "relative"} /> : String(value);
    case "boolean":
      return value ? m.yes : m.no;
    case "integer":
    case "number":
      return typeof value === "number" ? format.number(value) : String(value);
    case "json":
      return (
        <Box component="code" sx={{ fontFamily: mono, fontSize: 12.5, overflowWrap: "anywhere" }}>
          {cut(JSON.stringify(value))}
        </Box>
      );
    default:
      return cut(String(value));
  }
}
