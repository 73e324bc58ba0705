import Button from "@mui/material/Button";
import { FilterMenu } from "../../../components/filter-menu.tsx";
import { FilterRow } from "../../../components/filter-row.tsx";
import type { UrlValues } from "../../../components/url-state.ts";
import type { ForecastFilter } from "../../../services/forecast.ts";
import { useQueues, useTags } from "../../../services/tasks.ts";
import { useForecastMessages } from "../messages.ts";

const choices = (values: readonly string[], chosen: string | undefined) =>
  [...new Set([...values, ...(chosen === undefined ? [] : [chosen])])].sort().map((value) => ({ value, label: value }));

export function ForecastFilters({
  filter: { queue, tag },
  onChange,
}: {
  filter: ForecastFilter;
  onChange: (values: UrlValues) => void;
}) {
  const m = useForecastMessages();
  const queues = useQueues().data ?? [];
  const tags = useTags().data ?? [];
  return (
    <FilterRow>
      {(queues.length > 0 || queue !== undefined) && (
        <FilterMenu
          label={m.filters.queue}
          value={queue}
          onChange={(chosen) => onChange({ queue: chosen })}
          choices={choices(
            queues.map(({ name }) => name),
            queue,
          )}
        />
      )}
      {(tags.length > 0 || tag !== undefined) && (
        <FilterMenu
          label={m.filters.tag}
          value={tag}
          onChange={(chosen) => onChange({ tag: chosen })}
          choices={choices(tags, tag)}
        />
      )}
      {(queue !== undefined || tag !== undefined) && (
        <Button
          variant="text"
          onClick={() => onChange({ queue: undefined, tag: undefined })}
          sx={{ textDecoration: "underline", color: "text.secondary" }}
        >
          {m.filters.clear}
        </Button>
      )}
    </FilterRow>
  );
}
