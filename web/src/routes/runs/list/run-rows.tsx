import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import { Link } from "react-router-dom";
import type { Selection } from "../../../components/selection.ts";
import { WarningLines } from "../../../components/warning-lines.tsx";
import { When } from "../../../components/when.tsx";
import type { RunSummary } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { useRunMessages } from "../messages.ts";
import { Duration } from "../parts/elapsed.tsx";
import { useSender } from "../parts/run-origin.tsx";
import { RunStateMark } from "../parts/run-state.tsx";

const clipped = { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", minWidth: 0 } as const;

/** The list on a phone: two lines a row, the whole of which leads to the run. */
export function RunRows({ rows, selection }: { rows: readonly RunSummary[]; selection: Selection<string> }) {
  const m = useRunMessages();
  const sender = useSender();
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, mx: -2, borderTop: 1, borderColor: "rule" }}>
      {rows.map((row) => (
        <Box
          component="li"
          key={row.id}
          data-row={row.id}
          sx={{
            display: "flex",
            alignItems: "center",
            pl: 0.5,
            borderBottom: 1,
            borderColor: "rule",
            bgcolor: selection.ids.has(row.id) ? "action.selected" : undefined,
          }}
        >
          <Checkbox
            checked={selection.ids.has(row.id)}
            onChange={() => selection.toggle(row.id)}
            slotProps={{ input: { "aria-label": m.row.select(row.task) } }}
          />
          <Box
            component={Link}
            to={`/runs/${encodeURIComponent(row.id)}`}
            sx={{ flex: 1, minWidth: 0, py: 1, pr: 2, textDecoration: "none" }}
          >
            <Box sx={{ display: "flex", justifyContent: "space-between", gap: 1 }}>
              <Box
                sx={{
                  ...clipped,
                  fontWeight: 500,
                  ...(row.periodicTask === null && { fontFamily: mono, fontSize: 13 }),
                }}
              >
                {row.periodicTask?.name ?? row.task}
              </Box>
              <Box sx={{ flex: "none", fontSize: 13, color: "text.secondary" }}>
                <When at={row.queuedAt} />
              </Box>
            </Box>
            <Box sx={{ display: "flex", gap: 1, fontSize: 13, alignItems: "center" }}>
              <RunStateMark run={row} />
              <Box
                sx={{
                  ...{ ...clipped, flex: 1, fontSize: 12.5, color: "text.secondary" },
                  ...(row.periodicTask !== null && { fontFamily: mono, fontSize: 12 }),
                }}
              >
                {row.periodicTask === null ? sender(row) : row.task}
              </Box>
              <Box sx={{ flex: "none" }}>
                <Duration run={row} />
              </Box>
            </Box>
            <WarningLines warnings={row.warnings} />
          </Box>
        </Box>
      ))}
    </Box>
  );
}
