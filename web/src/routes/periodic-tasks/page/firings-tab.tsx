import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import useMediaQuery from "@mui/material/useMediaQuery";
import { useState } from "react";
import { EmptyState } from "../../../components/empty-state.tsx";
import { FilterMenu } from "../../../components/filter-menu.tsx";
import { FilterRow } from "../../../components/filter-row.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { Pager } from "../../../components/pager.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { StateMark } from "../../../components/state-mark.tsx";
import { useUrlState } from "../../../components/url-state.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import { useFirings } from "../../../services/periodic-tasks.ts";
import { useMay } from "../../../services/session.ts";
import type { PeriodicTaskView, Verdict } from "../../../services/wire.ts";
import { BackfillDialog, type BackfillStart } from "./backfill-dialog.tsx";
import { FiringRows } from "./firing-rows.tsx";
import { FiringTable } from "./firing-table.tsx";
import { usePageMessages } from "./messages.ts";

const verdicts: readonly Verdict[] = ["sent", "held", "moved", "merged", "skipped", "missed", "off", "failed"];

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
  const isNarrow = useMediaQuery(useTheme().breakpoints.down("md"));
  const shown = { task, firings, onBackfill: mayRun ? setBackfill : undefined };
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
              label={m.firings.columns.schedule}
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
        <Box sx={{ opacity: answer.isPlaceholderData ? 0.6 : 1 }}>
          {isNarrow ? <FiringRows {...shown} /> : <FiringTable {...shown} />}
        </Box>
      )}
      {answer.data && <Pager page={answer.data} />}
      {backfill && <BackfillDialog task={task} start={backfill} onClose={() => setBackfill(undefined)} />}
    </Box>
  );
}
