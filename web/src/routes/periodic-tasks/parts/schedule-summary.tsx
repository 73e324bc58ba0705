import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import Tooltip from "@mui/material/Tooltip";
import { StateGlyph } from "../../../components/state-glyph.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { PeriodicTaskSummary, ScheduleView } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";

/** When a periodic task runs, in words: its first schedule and how many more, red with the reason where one cannot be computed. */
export function ScheduleSummary({
  schedules,
  isShort = false,
}: {
  schedules: readonly ScheduleView[];
  /** One line, for a phone's rows. */
  isShort?: boolean;
}) {
  const m = usePeriodicTaskMessages();
  const format = useFormat();
  const line = (schedule: ScheduleView) => {
    const words = format.text(schedule.description);
    if (!schedule.enabled) return m.row.isOff(words);
    return schedule.paused?.scope === "schedule" ? m.row.schedulePaused(words) : words;
  };
  const [first, ...rest] = schedules;
  if (!first) return <Box sx={{ color: "text.secondary" }}>{m.row.noSchedule}</Box>;
  const [change] = schedules
    .flatMap(({ enabled, zone, offsetChange }) => (enabled && offsetChange ? [{ ...offsetChange, zone }] : []))
    .sort((a, b) => a.at - b.at);
  const summary = (
    <Box>
      <Box sx={{ color: first.enabled ? undefined : "text.secondary" }}>{line(first)}</Box>
      {rest.length > 0 && !isShort && (
        <Box sx={{ fontSize: 12.5, color: "text.secondary" }}>{m.row.moreSchedules(rest.length)}</Box>
      )}
      {!isShort && change && (
        <Tooltip title={format.text(change.text)}>
          <div>
            <WarningLine glyph="missed" text={m.row.clockChange(format.date(change.at, change.zone))} />
          </div>
        </Tooltip>
      )}
      {schedules.flatMap((schedule) =>
        schedule.error === null ? [] : [<WarningLine key={schedule.id} glyph="failed" text={schedule.error} />],
      )}
    </Box>
  );
  return rest.length === 0 ? summary : <Tooltip title={schedules.map(line).join("\n")}>{summary}</Tooltip>;
}

function WarningLine({ glyph, text }: { glyph: "missed" | "failed"; text: string }) {
  const { palette } = useTheme();
  return (
    <Box sx={{ display: "flex", gap: 0.5, alignItems: "center", fontSize: 12.5, color: palette.state[glyph] }}>
      <StateGlyph state={glyph} size={11} />
      {text}
    </Box>
  );
}

/** What its reader can act on: an unknown task, a queue that nobody serves, an input that no longer fits. */
export function Warnings({ warnings }: { warnings: PeriodicTaskSummary["warnings"] }) {
  const format = useFormat();
  return warnings
    .filter((warning) => warning.code !== "schedule_error")
    .map((warning) => (
      <WarningLine
        key={warning.code}
        glyph={warning.code === "invalid_input" ? "failed" : "missed"}
        text={format.text(warning.text)}
      />
    ));
}
