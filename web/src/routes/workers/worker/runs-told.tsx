import Box from "@mui/material/Box";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router-dom";
import { ScrollTable } from "../../../components/scroll-table.tsx";
import { When } from "../../../components/when.tsx";
import { mono } from "../../../theme/theme.ts";
import type { ToldRun } from "./answers.ts";
import { useWorkerPageMessages } from "./messages.ts";

/** Runs that a worker tells of itself; each leads to its page, where hyoshi knows it. */
export function RunsTold({ title, runs }: { title: string; runs: readonly ToldRun[] | undefined }) {
  const m = useWorkerPageMessages();
  return (
    <Box component="section" sx={{ mt: 2.5 }}>
      <Box component="h2" sx={{ m: 0, mb: 0.5, typography: "h3" }}>
        {title}
      </Box>
      {runs === undefined && <Box sx={{ color: "text.secondary" }}>{m.notAnswered}</Box>}
      {runs?.length === 0 && <Box sx={{ color: "text.secondary" }}>{m.none}</Box>}
      {runs !== undefined && runs.length > 0 && (
        <ScrollTable
          columns={[
            { key: "task", label: m.task },
            { key: "args", label: "args", isWideOnly: true },
            { key: "kwargs", label: "kwargs", isWideOnly: true },
            { key: "at", label: "" },
          ]}
        >
          {runs.map((run) => (
            <TableRow key={run.id} hover>
              <TableCell>
                <Box component={Link} to={`/runs/${encodeURIComponent(run.id)}`} sx={{ overflowWrap: "anywhere" }}>
                  {run.name}
                </Box>
              </TableCell>
              <Shortened>{run.args}</Shortened>
              <Shortened>{run.kwargs}</Shortened>
              <TableCell sx={{ whiteSpace: "nowrap" }}>
                {run.startedAt !== undefined && (
                  <>
                    {m.since} <When at={run.startedAt} />
                  </>
                )}
                {run.eta !== undefined && (
                  <>
                    {m.eta} <When at={run.eta} />
                  </>
                )}
              </TableCell>
            </TableRow>
          ))}
        </ScrollTable>
      )}
    </Box>
  );
}

function Shortened({ children }: { children: string }) {
  return (
    <TableCell className="wide-only">
      <Box
        component="code"
        title={children}
        sx={{
          display: "block",
          maxWidth: 260,
          overflow: "hidden",
          textOverflow: "ellipsis",
          whiteSpace: "nowrap",
          fontFamily: mono,
          fontSize: 12.5,
        }}
      >
        {children}
      </Box>
    </TableCell>
  );
}
