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
import { useFormat } from "../../../i18n/use-format.ts";
import { useFirings } from "../../../services/periodic-tasks.ts";
import type { FiringView, PeriodicTaskView, Verdict } from "../../../services/wire.ts";
import { usePageMessages } from "./messages.ts";

const verdicts: readonly Verdict[] = ["sent", "held", "moved", "merged", "skipped", "missed", "off", "failed"];
const wideOnly = { display: { xs: "none", md: "table-cell" } } as const;

/** The ledger: every nominal time with what became of it. */
export function FiringsTab({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  const [get, set] = useUrlState();
  const verdict = verdicts.find((one) => one === get("verdict"));
  const answer = useFirings({ periodicTaskId: task.id, verdict, after: get("after") });
  const firings = answer.data?.items ?? [];
  const { columns } = m.firings;
  const [first] = task.schedules;
  const zone = task.schedules.every((schedule) => schedule.zone === first?.zone) ? first?.zone : undefined;
  const hasSchedules = task.schedules.length > 1;
  return (
    <Box sx={{ pt: 1 }}>
      {answer.error && (
        <ProblemView error={answer.error} what={m.firings.failed} onRetry={() => void answer.refetch()} />
      )}
      {answer.isPending && <LoadingRows />}
      {answer.isSuccess && (
        <FilterMenu
          label={m.firings.verdict}
          value={verdict}
          onChange={(next) => set({ verdict: next })}
          choices={verdicts.map((value) => ({ value, label: <StateMark state={value} /> }))}
        />
      )}
      {answer.isSuccess && firings.length === 0 && (
        <EmptyState title={verdict === undefined ? m.firings.none : m.firings.noneMatch} />
      )}
      {firings.length > 0 && (
        <Table sx={{ opacity: answer.isPlaceholderData ? 0.6 : 1 }}>
          <TableHead>
            <TableRow>
              <TableCell>
                {columns.nominal}
                {zone && ` · ${zone}`}
              </TableCell>
              <TableCell>{columns.verdict}</TableCell>
              <TableCell sx={wideOnly}>{columns.reason}</TableCell>
              {hasSchedules && <TableCell sx={wideOnly}>{columns.schedule}</TableCell>}
              <TableCell>{columns.run}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {firings.map((firing) => (
              <FiringRow
                key={`${firing.scheduleId}-${firing.nominalAt}`}
                firing={firing}
                zone={task.schedules.find((schedule) => schedule.id === firing.scheduleId)?.zone}
                hasSchedules={hasSchedules}
              />
            ))}
          </TableBody>
        </Table>
      )}
      {answer.data && <Pager page={answer.data} />}
    </Box>
  );
}

interface RowProps {
  firing: FiringView;
  zone: string | undefined;
  hasSchedules: boolean;
}

function FiringRow({ firing, zone, hasSchedules }: RowProps) {
  const m = usePageMessages();
  const format = useFormat();
  const isSpan = firing.throughAt !== firing.nominalAt;
  const count = firing.count === null ? m.firings.spanUnknown : m.firings.span(format.number(firing.count));
  return (
    <TableRow hover>
      <TableCell>
        <Nominal at={firing.nominalAt} zone={zone} />
        {isSpan && (
          <>
            {" "}
            {m.firings.to} <Nominal at={firing.throughAt} zone={zone} />
            <Box sx={{ fontSize: 12.5, color: "text.secondary" }}>{count}</Box>
          </>
        )}
      </TableCell>
      <TableCell>
        <StateMark state={firing.verdict} />
        <Box sx={{ display: { md: "none" }, fontSize: 12.5, color: "text.secondary" }}>
          {format.text(firing.reasonText)}
        </Box>
      </TableCell>
      <TableCell sx={wideOnly}>{format.text(firing.reasonText)}</TableCell>
      {hasSchedules && <TableCell sx={wideOnly}>{firing.scheduleName || `#${firing.scheduleId}`}</TableCell>}
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        {firing.runId !== null && <Link to={`/runs/${encodeURIComponent(firing.runId)}`}>{m.firings.run}</Link>}
      </TableCell>
    </TableRow>
  );
}

/** In the schedule's zone, which the ledger is about; never without its offset. */
function Nominal({ at, zone }: { at: number; zone: string | undefined }) {
  const format = useFormat();
  return (
    <Box component="time" dateTime={new Date(at).toISOString()} title={zone}>
      {format.instant(at, zone)}{" "}
      <Box component="span" sx={{ color: "text.secondary" }}>
        {format.offset(at, zone)}
      </Box>
    </Box>
  );
}
