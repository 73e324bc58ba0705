import ReplayIcon from "@mui/icons-material/Replay";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { useFormat } from "../../../i18n/use-format.ts";
import type { FiringView, PeriodicTaskView, Verdict } from "../../../services/wire.ts";
import type { BackfillStart } from "./backfill-dialog.tsx";
import { useBackfillMessages } from "./backfill-messages.ts";
import { usePageMessages } from "./messages.ts";

/** Rows of the ledger, to be drawn wide or narrow. */
export interface FiringsProps {
  task: PeriodicTaskView;
  firings: readonly FiringView[];
  /** Absent where one may not run it. */
  onBackfill: ((start: BackfillStart) => void) | undefined;
}

export const keyOf = ({ scheduleId, nominalAt }: FiringView): string => `${scheduleId}-${nominalAt}`;

/** The schedule of a row; undefined for one that was removed since. */
export const scheduleOf = (task: PeriodicTaskView, firing: FiringView) =>
  task.schedules.find(({ id }) => id === firing.scheduleId);

/** A nominal time, or the first and the last of a span with their number. */
export function FiringTimes({ firing, zone }: { firing: FiringView; zone: string | undefined }) {
  const m = usePageMessages().firings;
  const format = useFormat();
  const { nominalAt, throughAt, count } = firing;
  return (
    <>
      <Nominal at={nominalAt} zone={zone} />
      {throughAt !== nominalAt && (
        <>
          {" "}
          {m.to} <Nominal at={throughAt} zone={zone} />
          <Box sx={{ fontSize: 12.5, color: "text.secondary" }}>
            {count === null ? m.spanUnknown : m.span(format.number(count))}
          </Box>
        </>
      )}
    </>
  );
}

/** In the schedule's zone, which the ledger is about; never without its offset. */
export function Nominal({ at, zone }: { at: number; zone: string | undefined }) {
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

const withRun: ReadonlySet<Verdict> = new Set(["sent", "held", "merged"]);

interface RunForProps {
  firing: FiringView;
  zone: string | undefined;
  onBackfill: (start: BackfillStart) => void;
}

/** Opens the backfill with the nominal times of a row: again where a run was sent, else for the first time. */
export function RunFor({ firing, zone, onBackfill }: RunForProps) {
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
