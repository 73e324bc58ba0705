import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import TableSortLabel from "@mui/material/TableSortLabel";
import { Link } from "react-router-dom";
import { ScrollTable } from "../../../components/scroll-table.tsx";
import type { Selection } from "../../../components/selection.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { ModelField, ModelRecord, ModelView } from "../../../services/wire.ts";
import { FieldValue } from "../field-value.tsx";
import { useModelMessages } from "../messages.ts";

interface Props {
  model: ModelView;
  rows: readonly ModelRecord[];
  selection: Selection<string>;
  /** No boxes where nothing can be done with a selection. */
  isSelectable: boolean;
  activeId: number | string | undefined;
  sort: string;
  onSort: (sort: string) => void;
}

export const recordId = (record: ModelRecord): string => String(record.id);
const isNumber = ({ kind }: ModelField) => kind === "integer" || kind === "number";

export const columnsOf = (model: ModelView): ModelField[] =>
  model.list.columns.flatMap((name) => model.fields.find((field) => field.name === name) ?? []);

/** The model's columns; the first leads to the record. */
export function RecordTable({ model, rows, selection, isSelectable, activeId, sort, onSort }: Props) {
  const m = useModelMessages();
  const format = useFormat();
  const columns = columnsOf(model);
  const isAll = rows.length > 0 && selection.ids.size === rows.length;
  const head = (field: ModelField) => {
    const label = format.text(field.label);
    if (field.kind === "json" || field.kind === "longText") return label;
    const isActive = sort.replace("-", "") === field.name;
    return (
      <TableSortLabel
        active={isActive}
        direction={isActive && sort.startsWith("-") ? "desc" : "asc"}
        onClick={() => onSort(isActive && !sort.startsWith("-") ? `-${field.name}` : field.name)}
        aria-label={m.sortBy(label)}
      >
        {label}
      </TableSortLabel>
    );
  };
  const box = (
    <Checkbox
      checked={isAll}
      indeterminate={selection.ids.size > 0 && !isAll}
      onChange={() => (isAll ? selection.clear() : selection.set(rows.map(recordId)))}
      slotProps={{ input: { "aria-label": m.selectAll } }}
    />
  );
  return (
    <ScrollTable
      columns={[
        ...(isSelectable ? [{ key: ".select", label: box }] : []),
        ...columns.map((field) => ({ key: field.name, label: head(field), isNumber: isNumber(field) })),
      ]}
    >
      {rows.map((row) => {
        const id = recordId(row);
        return (
          <TableRow
            hover
            key={id}
            selected={selection.ids.has(id)}
            data-row={id}
            tabIndex={-1}
            sx={{
              outlineOffset: -2,
              boxShadow: activeId === id ? (theme) => `inset 2px 0 ${theme.palette.text.primary}` : undefined,
            }}
          >
            {isSelectable && (
              <TableCell padding="none" sx={{ width: 40 }}>
                <Checkbox
                  checked={selection.ids.has(id)}
                  onChange={() => selection.toggle(id)}
                  slotProps={{ input: { "aria-label": m.select(id) } }}
                />
              </TableCell>
            )}
            {columns.map((field, index) => (
              <TableCell
                key={field.name}
                className={isNumber(field) ? "number" : ""}
                sx={{ maxWidth: 360, overflowWrap: "anywhere" }}
              >
                {index === 0 ? (
                  <Box
                    component={Link}
                    to={`/models/${encodeURIComponent(model.name)}/${encodeURIComponent(id)}`}
                    sx={{ fontWeight: 500, textDecoration: "none", "&:hover": { textDecoration: "underline" } }}
                  >
                    <FieldValue field={field} value={row[field.name]} />
                  </Box>
                ) : (
                  <FieldValue field={field} value={row[field.name]} />
                )}
              </TableCell>
            ))}
          </TableRow>
        );
      })}
    </ScrollTable>
  );
}
