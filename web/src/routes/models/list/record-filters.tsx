import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useEffect, useState } from "react";
import { useDebounced } from "../../../components/debounced.ts";
import { FilterMenu } from "../../../components/filter-menu.tsx";
import { FilterRow } from "../../../components/filter-row.tsx";
import { SearchField } from "../../../components/search-field.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { ModelField, ModelView } from "../../../services/wire.ts";
import { useModelMessages } from "../messages.ts";
import { type Span, spans, type useRecordFilter } from "./use-record-filter.ts";

/** Search and filters as the model's admin lists them; both are left out where it lists none. */
export function RecordFilters({ model, list }: { model: ModelView; list: ReturnType<typeof useRecordFilter> }) {
  const m = useModelMessages();
  const format = useFormat();
  const field = (name: string) => model.fields.find((one) => one.name === name);
  const searched = model.list.search.map((name) => format.text(field(name)?.label ?? { en: name, ja: name }));
  const filters = model.list.filters.flatMap((name) => field(name) ?? []);
  if (searched.length === 0 && filters.length === 0) return null;
  return (
    <Box sx={{ display: "flex", flexWrap: { xs: "wrap", md: "nowrap" }, gap: 0.5, alignItems: "center", pb: 1 }}>
      {searched.length > 0 && (
        <SearchField
          value={list.q}
          label={m.search(searched.join(", "))}
          onChange={(q) => list.set({ q }, { replace: true })}
        />
      )}
      <FilterRow>
        {filters.map((one) => (
          <FieldFilter
            key={one.name}
            field={one}
            value={list.chosen[one.name]}
            onChange={(value) => list.filter(one.name, value)}
          />
        ))}
        {list.isNarrowed && (
          <Button variant="text" onClick={list.clear} sx={{ textDecoration: "underline", color: "text.secondary" }}>
            {m.clear}
          </Button>
        )}
      </FilterRow>
    </Box>
  );
}

interface FieldFilterProps {
  field: ModelField;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

function FieldFilter({ field, value, onChange }: FieldFilterProps) {
  const m = useModelMessages();
  const format = useFormat();
  const label = format.text(field.label);
  const choices =
    field.kind === "boolean"
      ? [
          { value: "true", label: m.yes },
          { value: "false", label: m.no },
        ]
      : field.kind === "instant"
        ? (Object.keys(spans) as Span[]).map((span) => ({ value: span, label: m.spans[span] }))
        : field.choices?.map((choice) => ({ value: choice, label: choice }));
  if (choices) return <FilterMenu label={label} value={value} onChange={onChange} choices={choices} />;
  return <TypedFilter label={label} value={value} onChange={onChange} />;
}

function TypedFilter({ label, value, onChange }: { label: string } & Omit<FieldFilterProps, "field">) {
  const [text, setText] = useState(value ?? "");
  const settled = useDebounced(text.trim(), 300);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing asks for another list
  useEffect(() => {
    if (settled !== (value ?? "")) onChange(settled === "" ? undefined : settled);
  }, [settled]);
  useEffect(() => setText(value ?? ""), [value]);
  return (
    <TextField
      value={text}
      placeholder={label}
      onChange={(event) => setText(event.target.value)}
      sx={{ width: 130 }}
      slotProps={{ htmlInput: { "aria-label": label }, input: { sx: { height: 32 } } }}
    />
  );
}
