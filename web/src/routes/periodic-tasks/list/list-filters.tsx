import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { FilterMenu } from "../../../components/filter-menu.tsx";
import { FilterRow } from "../../../components/filter-row.tsx";
import { SearchField } from "../../../components/search-field.tsx";
import { StateMark } from "../../../components/state-mark.tsx";
import { useQueues, useTags, useTasks } from "../../../services/tasks.ts";
import { usePeriodicTaskMessages } from "../messages.ts";
import type { useListFilter } from "./use-list-filter.ts";

const outcomes = ["succeeded", "failed", "running", "ready", "cancelled", "expired", "lost"] as const;

interface Props {
  list: ReturnType<typeof useListFilter>;
}

export function ListFilters({ list }: Props) {
  const m = usePeriodicTaskMessages();
  const { filter, set, clear, isNarrowed } = list;
  const tasks = useTasks().data ?? [];
  const queues = useQueues().data ?? [];
  const tags = useTags().data ?? [];
  const names = (values: Iterable<string>, chosen: string | undefined) =>
    [...new Set([...values, ...(chosen === undefined ? [] : [chosen])])]
      .sort()
      .map((value) => ({ value, label: value }));
  return (
    <Box sx={{ display: "flex", flexWrap: { xs: "wrap", md: "nowrap" }, gap: 0.5, alignItems: "center", pb: 1 }}>
      <SearchField value={filter.q} label={m.search} onChange={(q) => set({ q }, { replace: true })} />
      <FilterRow>
        <FilterMenu
          label={m.filters.enabled}
          value={filter.enabled}
          onChange={(enabled) => set({ enabled })}
          choices={[
            { value: "true", label: m.filters.on },
            { value: "false", label: m.filters.off },
          ]}
        />
        <FilterMenu
          label={m.filters.lastOutcome}
          value={filter.lastOutcome}
          onChange={(lastOutcome) => set({ lastOutcome })}
          choices={outcomes.map((value) => ({ value, label: <StateMark state={value} /> }))}
        />
        <FilterMenu
          label={m.filters.task}
          value={filter.task}
          onChange={(task) => set({ task })}
          choices={names(
            tasks.map((task) => task.name),
            filter.task,
          )}
        />
        <FilterMenu
          label={m.filters.queue}
          value={filter.queue}
          onChange={(queue) => set({ queue })}
          choices={names(
            queues.map((queue) => queue.name),
            filter.queue,
          )}
        />
        {(tags.length > 0 || filter.tag !== undefined) && (
          <FilterMenu
            label={m.filters.tag}
            value={filter.tag}
            onChange={(tag) => set({ tag })}
            choices={names(tags, filter.tag)}
          />
        )}
        <FilterMenu
          label={m.filters.archived}
          value={filter.archived}
          onChange={(archived) => set({ archived })}
          choices={[{ value: "true", label: m.filters.archived }]}
        />
        {isNarrowed && (
          <Button variant="text" onClick={clear} sx={{ textDecoration: "underline", color: "text.secondary" }}>
            {m.filters.clear}
          </Button>
        )}
      </FilterRow>
    </Box>
  );
}
