import Box from "@mui/material/Box";
import { Link } from "react-router-dom";
import { useFormat } from "../../../i18n/use-format.ts";
import type { ModelRecord, ModelView } from "../../../services/wire.ts";
import { FieldValue } from "../field-value.tsx";
import { columnsOf, recordId } from "./record-table.tsx";

/** The list on a phone: the first column's value, and the others with their names below it. */
export function RecordRows({ model, rows }: { model: ModelView; rows: readonly ModelRecord[] }) {
  const format = useFormat();
  const [first, ...rest] = columnsOf(model);
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, mx: -2, borderTop: 1, borderColor: "rule" }}>
      {rows.map((row) => (
        <Box component="li" key={recordId(row)} sx={{ borderBottom: 1, borderColor: "rule" }}>
          <Box
            component={Link}
            to={`/models/${encodeURIComponent(model.name)}/${encodeURIComponent(recordId(row))}`}
            sx={{ display: "block", px: 2, py: 1, textDecoration: "none" }}
          >
            <Box sx={{ fontWeight: 500 }}>{first && <FieldValue field={first} value={row[first.name]} />}</Box>
            <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5, fontSize: 13 }}>
              {rest.map((field) => (
                <span key={field.name}>
                  <Box component="span" sx={{ color: "text.secondary" }}>
                    {format.text(field.label)}{" "}
                  </Box>
                  <FieldValue field={field} value={row[field.name]} />
                </span>
              ))}
            </Box>
          </Box>
        </Box>
      ))}
    </Box>
  );
}
