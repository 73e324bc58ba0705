import Box from "@mui/material/Box";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router-dom";
import { ScrollTable } from "../../../components/scroll-table.tsx";
import { When } from "../../../components/when.tsx";
import type { RunSummary } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { useWorkerPageMessages } from "./messages.ts";

/** What a worker executes now, as the database knows it. */
export function RunningRuns({ runs }: { runs: readonly RunSummary[] }) {
  const m = useWorkerPageMessages();
  return (
    <Box component="section" sx={{ mt: 2.5 }}>
      <Box component="h2" sx={{ m: 0, mb: 0.5, typography: "h3" }}>
        {m.active}
      </Box>
      {runs.length === 0 && <Box sx={{ color: "text.secondary" }}>{m.none}</Box>}
      {runs.length > 0 && (
        <ScrollTable
          columns={[
            { key: "task", label: m.task },
            { key: "from", label: m.periodicTask, isWideOnly: true },
            { key: "queue", label: m.queue, isWideOnly: true },
            { key: "since", label: m.began },
          ]}
        >
          {runs.map((run) => (
            <TableRow key={run.id} hover>
              <TableCell>
                <Box
                  component={Link}
                  to={`/runs/${encodeURIComponent(run.id)}`}
                  sx={{
                    fontFamily: mono,
                    fontSize: 13,
                    overflowWrap: "anywhere",
                    textDecorationColor: "text.disabled",
                  }}
                >
                  {run.task}
                </Box>
              </TableCell>
              <TableCell className="wide-only" sx={{ overflowWrap: "anywhere" }}>
                {run.periodicTask?.name}
              </TableCell>
              <TableCell className="wide-only" sx={{ overflowWrap: "anywhere" }}>
                {run.queue}
              </TableCell>
              <TableCell sx={{ whiteSpace: "nowrap" }}>
                {run.startedAt !== null && <When at={run.startedAt} />}
              </TableCell>
            </TableRow>
          ))}
        </ScrollTable>
      )}
    </Box>
  );
}
