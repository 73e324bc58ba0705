import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import { Link } from "react-router-dom";
import { RunStrip } from "../../../components/run-strip.tsx";
import type { Selection } from "../../../components/selection.ts";
import type { PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";
import { EnabledSwitch } from "../parts/enabled-switch.tsx";
import { LastRun } from "../parts/last-run.tsx";
import { NextTime } from "../parts/next-time.tsx";
import { ScheduleSummary, Warnings } from "../parts/schedule-summary.tsx";

interface Props {
  rows: readonly PeriodicTaskSummary[];
  selection: Selection;
}

/** The list on a phone: two lines a row, the switch under the thumb. */
export function PeriodicTaskRows({ rows, selection }: Props) {
  const m = usePeriodicTaskMessages();
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, mx: -2, borderTop: 1, borderColor: "rule" }}>
      {rows.map((row) => (
        <Box
          component="li"
          key={row.id}
          data-row={row.id}
          sx={{
            display: "grid",
            gridTemplateColumns: "auto minmax(0, 1fr) auto",
            alignItems: "center",
            gap: 0.5,
            px: 1,
            py: 1,
            borderBottom: 1,
            borderColor: "rule",
            bgcolor: selection.ids.has(row.id) ? "action.selected" : undefined,
          }}
        >
          <Checkbox
            checked={selection.ids.has(row.id)}
            onChange={() => selection.toggle(row.id)}
            slotProps={{ input: { "aria-label": m.row.select(row.name) } }}
          />
          <Box sx={{ minWidth: 0 }}>
            <Box sx={{ display: "flex", justifyContent: "space-between", gap: 1 }}>
              <Box
                component={Link}
                to={`/periodic-tasks/${row.id}`}
                sx={{
                  fontWeight: 500,
                  textDecoration: "none",
                  overflow: "hidden",
                  textOverflow: "ellipsis",
                  whiteSpace: "nowrap",
                  color: row.enabled ? "text.primary" : "text.secondary",
                }}
              >
                {row.name}
              </Box>
              <Box sx={{ flex: "none", fontSize: 13, maxWidth: "55%", overflow: "hidden", whiteSpace: "nowrap" }}>
                <NextTime task={row} />
              </Box>
            </Box>
            <Box sx={{ display: "flex", alignItems: "end", gap: 1, fontSize: 13, whiteSpace: "nowrap" }}>
              <LastRun last={row.last} isShort />
              <Box
                sx={{
                  flex: 1,
                  minWidth: 0,
                  color: "text.secondary",
                  "& *": { overflow: "hidden", textOverflow: "ellipsis" },
                }}
              >
                <ScheduleSummary schedules={row.schedules} isShort />
              </Box>
              <RunStrip entries={row.strip} slots={12} height={18} />
            </Box>
            <Warnings warnings={row.warnings} />
          </Box>
          <EnabledSwitch task={row} />
        </Box>
      ))}
    </Box>
  );
}
