import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router-dom";
import { EmptyState } from "../../../components/empty-state.tsx";
import { FilterMenu } from "../../../components/filter-menu.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { Pager } from "../../../components/pager.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { StateMark } from "../../../components/state-mark.tsx";
import { useUrlState } from "../../../components/url-state.ts";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { useRunsOf } from "../../../services/periodic-tasks.ts";
import type { RunSummary } from "../../../services/wire.ts";
import { DurationChart } from "./duration-chart.tsx";
import { usePageMessages } from "./messages.ts";

const states = ["running", "ready", "scheduled", "held", "succeeded", "failed", "cancelled", "expired", "lost"];
const wideOnly = { display: { xs: "none", md: "table-cell" } } as const;

export function RunsTab({ periodicTaskId }: { periodicTaskId: number }) {
  const m = usePageMessages();
  const [get, set] = useUrlState();
  const state = get("state");
  const answer = useRunsOf({ periodicTaskId, state, after: get("after") });
  const runs = answer.data?.items ?? [];
  return (
    <>
      {answer.error && <ProblemView error={answer.error} what={m.runs.failed} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <LoadingRows />}
      {answer.isSuccess && runs.length === 0 && state === undefined && <EmptyState title={m.runs.none} />}
      {answer.isSuccess && (runs.length > 0 || state !== undefined) && (
        <Box sx={{ opacity: answer.isPlaceholderData ? 0.6 : 1 }}>
          <DurationChart runs={runs} />
          <FilterMenu
            label={m.runs.state}
            value={state}
            onChange={(next) => set({ state: next })}
            choices={states.map((value) => ({ value, label: <StateMark state={value} /> }))}
          />
          {runs.length === 0 ? <EmptyState title={m.runs.noneMatch} /> : <RunTable runs={runs} />}
          {answer.data && <Pager page={answer.data} />}
        </Box>
      )}
    </>
  );
}

function RunTable({ runs }: { runs: readonly RunSummary[] }) {
  const m = usePageMessages();
  const format = useFormat();
  const { columns } = m.runs;
  return (
    <Table>
      <TableHead>
        <TableRow>
          <TableCell>{columns.state}</TableCell>
          <TableCell>{columns.queued}</TableCell>
          <TableCell align="right" sx={wideOnly}>
            {columns.waited}
          </TableCell>
          <TableCell align="right">{columns.duration}</TableCell>
          <TableCell align="right" sx={wideOnly}>
            {columns.attempt}
          </TableCell>
          <TableCell sx={wideOnly}>{columns.worker}</TableCell>
          <TableCell sx={wideOnly}>{columns.origin}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {runs.map((run) => (
          <TableRow key={run.id} hover>
            <TableCell>
              <Box
                component={Link}
                to={`/runs/${encodeURIComponent(run.id)}`}
                sx={{ textDecoration: "none", "&:hover": { textDecoration: "underline" } }}
              >
                <StateMark state={run.state} retrying={run.retrying} />
              </Box>
            </TableCell>
            <TableCell>
              <When at={run.queuedAt} />
            </TableCell>
            <TableCell align="right" sx={wideOnly}>
              {run.startedAt !== null && format.duration(run.startedAt - (run.availableAt ?? run.queuedAt))}
            </TableCell>
            <TableCell align="right">{run.durationMs !== null && format.duration(run.durationMs)}</TableCell>
            <TableCell align="right" sx={wideOnly}>
              {run.attempt > 0 && run.attempt}
            </TableCell>
            <TableCell sx={{ ...wideOnly, color: "text.secondary" }}>{run.worker}</TableCell>
            <TableCell sx={{ ...wideOnly, color: "text.secondary" }}>
              <Origin run={run} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Origin({ run }: { run: RunSummary }) {
  const { origins } = usePageMessages().runs;
  if (run.origin === "schedule") return run.schedule?.name || origins.schedule;
  if (!(run.origin in origins)) return run.origin;
  const word = origins[run.origin as keyof typeof origins];
  return typeof word === "string" ? word : word(run.originBy ?? "–");
}
