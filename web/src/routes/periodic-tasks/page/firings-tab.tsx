import ReplayIcon from "@mui/icons-material/Replay";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Tooltip from "@mui/material/Tooltip";
import { useState } from "react";
import { Link } from "react-router-dom";
import { EmptyState } from "../../../components/empty-state.tsx";
import { FilterMenu } from "../../../components/filter-menu.tsx";
import { FilterRow } from "../../../components/filter-row.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { Pager } from "../../../components/pager.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { RunText } from "../../../components/run-text.tsx";
import { StateMark } from "../../../components/state-mark.tsx";
import { useUrlState } from "../../../components/url-state.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import { useFirings } from "../../../services/periodic-tasks.ts";
import { useMay } from "../../../services/session.ts";
import type { FiringView, PeriodicTaskView, ScheduleView, Verdict } from "../../../services/wire.ts";
import { BackfillDialog, type BackfillStart } from "./backfill-dialog.tsx";
import { useBackfillMessages } from "./backfill-messages.ts";
import { usePageMessages } from "./messages.ts";

const verdicts: readonly Verdict[] = ["sent", "held", "moved", "merged", "skipped", "missed", "off", "failed"];
const wideOnly = { display: { xs: "none", md: "table-cell" } } as const;

/** The ledger: every nominal time with what became of it. */
export function FiringsTab({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  const [get, set] = useUrlState();
  const verdict = verdicts.find((one) => one === get("verdict"));
  const schedule = task.schedules.find(({ id }) => String(id) === get("schedule"));
  const answer = useFirings({ periodicTaskId: task.id, scheduleId: schedule?.id, verdict, after: get("after") });
  const format = useFormat();
  const may = useMay();
  const [backfill, setBackfill] = useState<BackfillStart>();
  const mayRun = may("periodic-tasks.run") && task.archivedAt === null;
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
        <FilterRow>
          <FilterMenu
            label={m.firings.verdict}
            value={verdict}
            onChange={(next) => set({ verdict: next })}
            choices={verdicts.map((value) => ({ value, label: <StateMark state={value} /> }))}
          />
          {hasSchedules && (
            <FilterMenu
              label={columns.schedule}
              value={schedule && String(schedule.id)}
              onChange={(next) => set({ schedule: next })}
              choices={task.schedules.map(({ id, name, description }) => ({
                value: String(id),
                label: name !== "" ? name : format.text(description),
              }))}
            />
          )}
        </FilterRow>
      )}
      {answer.isSuccess && firings.length === 0 && (
        <EmptyState title={verdict === undefined && schedule === undefined ? m.firings.none : m.firings.noneMatch} />
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
              {mayRun && <TableCell />}
            </TableRow>
          </TableHead>
          <TableBody>
            {firings.map((firing) => (
              <FiringRow
                key={`${firing.scheduleId}-${firing.nominalAt}`}
                firing={firing}
                schedule={task.schedules.find(({ id }) => id === firing.scheduleId)}
                hasSchedules={hasSchedules}
                onBackfill={mayRun ? setBackfill : undefined}
              />
            ))}
          </TableBody>
        </Table>
      )}
      {answer.data && <Pager page={answer.data} />}
      {backfill && <BackfillDialog task={task} start={backfill} onClose={() => setBackfill(undefined)} />}
    </Box>
  );
}

interface RowProps {
  firing: FiringView;
  /** Undefined for one that was removed since. */
  schedule: ScheduleView | undefined;
  hasSchedules: boolean;
  /** Absent where one may not run it. */
  onBackfill: ((start: BackfillStart) => void) | undefined;
}

function FiringRow({ firing, schedule, hasSchedules, onBackfill }: RowProps) {
  const m = usePageMessages();
  const format = useFormat();
  const zone = schedule?.zone;
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
        {firing.movedTo !== null && (
          <Box sx={{ fontSize: 12.5 }}>
            → <Nominal at={firing.movedTo} zone={zone} />
          </Box>
        )}
        <Box sx={{ display: { md: "none" }, fontSize: 12.5, color: "text.secondary" }}>
          <RunText text={format.text(firing.reasonText)} />
        </Box>
      </TableCell>
      <TableCell sx={wideOnly}>
        <RunText text={format.text(firing.reasonText)} />
      </TableCell>
      {hasSchedules && (
        <TableCell sx={wideOnly}>
          {firing.scheduleName || (schedule ? format.text(schedule.description) : `#${firing.scheduleId}`)}
        </TableCell>
      )}
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        {firing.runId !== null && <Link to={`/runs/${encodeURIComponent(firing.runId)}`}>{m.firings.run}</Link>}
      </TableCell>
      {onBackfill && (
        <TableCell padding="none" align="right">
          <RunFor firing={firing} zone={zone} onBackfill={onBackfill} />
        </TableCell>
      )}
    </TableRow>
  );
}

const withRun: ReadonlySet<Verdict> = new Set(["sent", "held", "merged"]);

/** Opens the backfill with the nominal times of a row: again where a run was sent, else for the first time. */
function RunFor({
  firing,
  zone,
  onBackfill,
}: {
  firing: FiringView;
  zone: string | undefined;
  onBackfill: (start: BackfillStart) => void;
}) {
  const m = useBackfillMessages();
  const format = useFormat();
  const { nominalAt: from, throughAt: to, scheduleId, verdict } = firing;
  const isAgain = withRun.has(verdict);
  const label = isAgain
    ? m.again(format.shortInstant(from, zone))
    : m.forTimes(format.shortInstant(from, zone), format.shortInstant(to, zone));
  return (
    <Tooltip title={label}>
      <IconButton
        size="small"
        aria-label={label}
        onClick={() => onBackfill({ from, to, scheduleId, includeSent: isAgain })}
      >
        <ReplayIcon fontSize="small" />
      </IconButton>
    </Tooltip>
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
