import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import { FilterMenu } from "../../../components/filter-menu.tsx";
import { FilterRow } from "../../../components/filter-row.tsx";
import { SearchField } from "../../../components/search-field.tsx";
import { StateMark } from "../../../components/state-mark.tsx";
import { usePeriodicTask } from "../../../services/periodic-tasks.ts";
import { useQueues, useTasks } from "../../../services/tasks.ts";
import { useRunMessages } from "../messages.ts";
import type { useRunFilter } from "./use-run-filter.ts";

const groups = {
  unfinished: "unpublished,ready,scheduled,held,running",
  wrong: "failed,lost",
} as const;
/** No state, but what failed or was lost and waits for a person. */
const unhandled = "unhandled";
const states = [
  "running",
  "ready",
  "scheduled",
  "held",
  "succeeded",
  "failed",
  "lost",
  "cancelled",
  "expired",
] as const;
const spans = ["15m", "1h", "24h", "7d"] as const;

export function RunFilters({ list }: { list: ReturnType<typeof useRunFilter> }) {
  const m = useRunMessages();
  const { filter, set, clear, isNarrowed } = list;
  const tasks = useTasks().data ?? [];
  const queues = useQueues().data ?? [];
  const names = (values: readonly string[], chosen: string | undefined) =>
    [...new Set([...values, ...(chosen === undefined ? [] : [chosen])])]
      .sort()
      .map((value) => ({ value, label: value }));
  return (
    <Box sx={{ display: "flex", flexWrap: { xs: "wrap", md: "nowrap" }, gap: 0.5, alignItems: "center", pb: 1 }}>
      <SearchField value={filter.q} label={m.search} onChange={(q) => set({ q }, { replace: true })} />
      <FilterRow>
        <FilterMenu
          label={m.filters.state}
          value={filter.unhandled === "true" ? unhandled : filter.state}
          onChange={(state) =>
            set(state === unhandled ? { unhandled: "true", state: undefined } : { state, unhandled: undefined })
          }
          choices={[
            { value: unhandled, label: m.filters.unhandled },
            { value: groups.unfinished, label: m.filters.unfinished },
            { value: groups.wrong, label: m.filters.wrong },
            ...states.map((value) => ({ value, label: <StateMark state={value} /> })),
          ]}
          isSearchable={false}
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
        <FilterMenu
          label={m.filters.since}
          value={filter.since}
          onChange={(since) => set({ since })}
          choices={spans.map((value) => ({ value, label: m.filters.sinceWords[value] }))}
        />
        {filter.periodicTaskId !== undefined && (
          <PeriodicTaskChip id={Number(filter.periodicTaskId)} onRemove={() => set({ periodicTaskId: undefined })} />
        )}
        {isNarrowed && (
          <Button variant="text" onClick={clear} sx={{ textDecoration: "underline", color: "text.secondary" }}>
            {m.filters.clear}
          </Button>
        )}
      </FilterRow>
    </Box>
  );
}

function PeriodicTaskChip({ id, onRemove }: { id: number; onRemove: () => void }) {
  const m = useRunMessages();
  const { data } = usePeriodicTask(id);
  return (
    <Chip
      label={m.filters.periodicTask(data?.name ?? String(id))}
      onDelete={onRemove}
      sx={{ height: 30, alignSelf: "center", mx: 0.5 }}
    />
  );
}
