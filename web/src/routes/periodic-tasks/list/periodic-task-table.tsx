import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import TableSortLabel from "@mui/material/TableSortLabel";
import { memo } from "react";
import { Link } from "react-router-dom";
import { RunStrip } from "../../../components/run-strip.tsx";
import type { Selection } from "../../../components/selection.ts";
import type { PeriodicTaskSummary } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { usePeriodicTaskMessages } from "../messages.ts";
import { EnabledSwitch } from "../parts/enabled-switch.tsx";
import { LastRun } from "../parts/last-run.tsx";
import { NextTime } from "../parts/next-time.tsx";
import { ScheduleSummary, Warnings } from "../parts/schedule-summary.tsx";
import { Tags } from "../parts/tags.tsx";

interface Props {
  rows: readonly PeriodicTaskSummary[];
  selection: Selection;
  activeId: number | string | undefined;
  sort: string;
  onSort: (sort: string) => void;
}

export function PeriodicTaskTable({ rows, selection, activeId, sort, onSort }: Props) {
  const m = usePeriodicTaskMessages();
  const isAll = rows.length > 0 && selection.ids.size === rows.length;
  const sortable = (key: string, label: string) => {
    const isActive = sort.replace("-", "") === key;
    return (
      <TableSortLabel
        active={isActive}
        direction={isActive && sort.startsWith("-") ? "desc" : "asc"}
        onClick={() => onSort(isActive && !sort.startsWith("-") ? `-${key}` : key)}
        aria-label={m.columns.sortBy(label)}
      >
        {label}
      </TableSortLabel>
    );
  };
  return (
    <Table sx={{ tableLayout: "auto" }}>
      <TableHead>
        <TableRow>
          <TableCell padding="none" sx={{ width: 36 }}>
            <Checkbox
              checked={isAll}
              indeterminate={selection.ids.size > 0 && !isAll}
              onChange={() => (isAll ? selection.clear() : selection.set(rows.map((row) => row.id)))}
              slotProps={{ input: { "aria-label": m.row.selectAll } }}
            />
          </TableCell>
          <TableCell padding="none" sx={{ width: 52, pl: 1 }}>
            {m.columns.enabled}
          </TableCell>
          <TableCell>
            {sortable("name", m.columns.name)}
            {" · "}
            {sortable("task", m.columns.task)}
          </TableCell>
          <TableCell>{m.columns.schedule}</TableCell>
          <TableCell>{sortable("nextAt", m.columns.next)}</TableCell>
          <TableCell>{m.columns.last}</TableCell>
          <TableCell sx={{ width: 200 }}>{m.columns.strip}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            isSelected={selection.ids.has(row.id)}
            isActive={row.id === activeId}
            onToggle={selection.toggle}
          />
        ))}
      </TableBody>
    </Table>
  );
}

interface RowProps {
  row: PeriodicTaskSummary;
  isSelected: boolean;
  isActive: boolean;
  onToggle: (id: number) => void;
}

const Row = memo(function Row({ row, isSelected, isActive, onToggle }: RowProps) {
  const m = usePeriodicTaskMessages();
  const isQuiet = !row.enabled || row.archivedAt !== null;
  return (
    <TableRow
      hover
      selected={isSelected}
      data-row={row.id}
      tabIndex={-1}
      sx={{
        boxShadow: isActive ? (theme) => `inset 2px 0 ${theme.palette.text.primary}` : undefined,
        outlineOffset: -2,
      }}
    >
      <TableCell padding="none">
        <Checkbox
          checked={isSelected}
          onChange={() => onToggle(row.id)}
          slotProps={{ input: { "aria-label": m.row.select(row.name) } }}
        />
      </TableCell>
      <TableCell padding="none">
        <EnabledSwitch task={row} />
      </TableCell>
      <TableCell sx={{ maxWidth: 340 }}>
        <Box
          component={Link}
          to={`/periodic-tasks/${row.id}`}
          sx={{
            fontWeight: 500,
            color: isQuiet ? "text.secondary" : "text.primary",
            textDecoration: "none",
            overflowWrap: "anywhere",
            "&:hover": { textDecoration: "underline" },
          }}
        >
          {row.name}
        </Box>
        <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1, fontSize: 12.5, color: "text.secondary" }}>
          <Box component="span" sx={{ fontFamily: mono, fontSize: 12, overflowWrap: "anywhere" }}>
            {row.task}
          </Box>
          <Tags tags={row.tags} />
          {row.codeApp !== null && <span title={m.row.codeHelp(row.codeApp)}>{m.row.code}</span>}
        </Box>
      </TableCell>
      <TableCell sx={{ maxWidth: 320 }}>
        <ScheduleSummary schedules={row.schedules} />
        <Warnings warnings={row.warnings} />
      </TableCell>
      <TableCell>
        <NextTime task={row} />
      </TableCell>
      <TableCell>
        <LastRun last={row.last} />
      </TableCell>
      <TableCell>
        <RunStrip entries={row.strip} />
      </TableCell>
    </TableRow>
  );
});
