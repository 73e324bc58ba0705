import Box from "@mui/material/Box";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router-dom";
import { ScrollTable } from "../../../components/scroll-table.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { RunSummary } from "../../../services/wire.ts";
import type { ToldChild } from "./answers.ts";
import { useWorkerPageMessages } from "./messages.ts";

/** The threads and processes of a worker's pools, with what each executes now. */
export function PoolChildren({ items, runs }: { items: readonly ToldChild[]; runs: readonly RunSummary[] }) {
  const { children: m, pools } = useWorkerPageMessages();
  const format = useFormat();
  return (
    <Box component="section" sx={{ mt: 2.5 }}>
      <Box component="h2" sx={{ m: 0, mb: 0.5, typography: "h3" }}>
        {m.title}
      </Box>
      <ScrollTable
        columns={[
          { key: "pool", label: m.pool },
          { key: "pid", label: m.pid, isNumber: true, isWideOnly: true },
          { key: "executed", label: m.executed, isNumber: true },
          { key: "memory", label: m.memory, isNumber: true },
          { key: "run", label: m.run },
        ]}
      >
        {items.map((child, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: threads of one process have its id in common, and nothing else to tell them apart.
          <TableRow key={`${child.pid} ${index}`} hover>
            <TableCell sx={{ whiteSpace: "nowrap" }}>{pools[child.pool] ?? child.pool}</TableCell>
            <TableCell className="number wide-only">{child.pid}</TableCell>
            <TableCell className="number">{format.number(child.executed)}</TableCell>
            <TableCell className="number" sx={{ whiteSpace: "nowrap" }}>
              {child.memoryMb !== undefined && m.mb(format.number(child.memoryMb))}
            </TableCell>
            <TableCell>
              {child.runId === undefined ? (
                <Box component="span" sx={{ color: "text.secondary" }}>
                  {m.idle}
                </Box>
              ) : (
                <Box component={Link} to={`/runs/${encodeURIComponent(child.runId)}`} sx={{ overflowWrap: "anywhere" }}>
                  {runs.find(({ id }) => id === child.runId)?.task ?? child.runId}
                </Box>
              )}
            </TableCell>
          </TableRow>
        ))}
      </ScrollTable>
    </Box>
  );
}
