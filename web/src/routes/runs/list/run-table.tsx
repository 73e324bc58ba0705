import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { memo } from "react";
import { Link } from "react-router-dom";
import type { Selection } from "../../../components/selection.ts";
import { WarningLines } from "../../../components/warning-lines.tsx";
import { When } from "../../../components/when.tsx";
import type { RunSummary } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { useRunMessages } from "../messages.ts";
import { Duration, Waited } from "../parts/elapsed.tsx";
import { RunOrigin } from "../parts/run-origin.tsx";
import { RunStateMark } from "../parts/run-state.tsx";

interface Props {
  rows: readonly RunSummary[];
  selection: Selection<string>;
  activeId: number | string | undefined;
}

const clipped = { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" } as const;

export function RunTable({ rows, selection, activeId }: Props) {
  const m = useRunMessages();
  const isAll = rows.length > 0 && selection.ids.size === rows.length;
  return (
    <Table sx={{ tableLayout: "fixed", "& td, & th": { px: 1 }, "& td": { py: "2px" } }}>
      <TableHead>
        <TableRow>
          <TableCell padding="none" sx={{ width: 36, px: "0 !important" }}>
            <Checkbox
              checked={isAll}
              indeterminate={selection.ids.size > 0 && !isAll}
              onChange={() => (isAll ? selection.clear() : selection.set(rows.map((row) => row.id)))}
              slotProps={{ input: { "aria-label": m.row.selectAll } }}
            />
          </TableCell>
          <TableCell sx={{ width: 148 }}>{m.columns.state}</TableCell>
          <TableCell>{m.columns.task}</TableCell>
          <TableCell>{m.columns.from}</TableCell>
          <TableCell sx={{ width: 92 }}>{m.columns.queue}</TableCell>
          <TableCell sx={{ width: 120 }}>{m.columns.worker}</TableCell>
          <TableCell sx={{ width: 108 }}>{m.columns.queued}</TableCell>
          <TableCell align="right" sx={{ width: 96 }}>
            {m.columns.waited}
          </TableCell>
          <TableCell align="right" sx={{ width: 96 }}>
            {m.columns.duration}
          </TableCell>
          <TableCell align="right" sx={{ width: 70 }}>
            {m.columns.attempt}
          </TableCell>
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
  row: RunSummary;
  isSelected: boolean;
  isActive: boolean;
  onToggle: (id: string) => void;
}

const Row = memo(function Row({ row, isSelected, isActive, onToggle }: RowProps) {
  const m = useRunMessages();
  const hasWarnings = row.warnings.length > 0;
  return (
    <>
      <TableRow
        hover
        selected={isSelected}
        data-row={row.id}
        tabIndex={-1}
        sx={{
          height: 38,
          "& td": { borderBottom: hasWarnings ? 0 : undefined },
          boxShadow: isActive ? (theme) => `inset 2px 0 ${theme.palette.text.primary}` : undefined,
          outlineOffset: -2,
        }}
      >
        <TableCell padding="none" sx={{ px: "0 !important" }}>
          <Checkbox
            checked={isSelected}
            onChange={() => onToggle(row.id)}
            slotProps={{ input: { "aria-label": m.row.select(row.task) } }}
          />
        </TableCell>
        <TableCell>
          <RunStateMark run={row} />
        </TableCell>
        <TableCell>
          <Box
            component={Link}
            to={`/runs/${encodeURIComponent(row.id)}`}
            title={row.task}
            sx={{
              ...clipped,
              display: "block",
              fontFamily: mono,
              fontSize: 13,
              textDecoration: "none",
              "&:hover": { textDecoration: "underline" },
            }}
          >
            {row.task}
          </Box>
        </TableCell>
        <TableCell>
          <RunOrigin run={row} />
        </TableCell>
        <TableCell sx={clipped} title={row.queue}>
          {row.queue}
        </TableCell>
        <TableCell sx={{ ...clipped, color: "text.secondary" }} title={row.worker ?? undefined}>
          {row.worker}
        </TableCell>
        <TableCell sx={clipped}>
          <When at={row.queuedAt} />
        </TableCell>
        <TableCell align="right" sx={{ ...clipped, color: "text.secondary" }}>
          <Waited run={row} />
        </TableCell>
        <TableCell align="right" sx={clipped}>
          <Duration run={row} />
        </TableCell>
        <TableCell align="right" sx={{ color: row.attempt > 1 ? undefined : "text.secondary" }}>
          {row.attempt > 0 && row.attempt}
        </TableCell>
      </TableRow>
      {hasWarnings && (
        <TableRow selected={isSelected}>
          <TableCell />
          <TableCell colSpan={9} sx={{ pb: "6px !important" }}>
            <WarningLines warnings={row.warnings} />
          </TableCell>
        </TableRow>
      )}
    </>
  );
});
