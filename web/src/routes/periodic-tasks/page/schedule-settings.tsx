import Box from "@mui/material/Box";
import { Link } from "react-router-dom";
import { useFormat } from "../../../i18n/use-format.ts";
import type { ScheduleView } from "../../../services/wire.ts";
import { useLateMessages } from "../form/late-messages.ts";
import { useWhenMessages } from "../form/when-messages.ts";
import { usePageMessages } from "./messages.ts";

/** A schedule and those of its rules that are not the usual ones. */
export function ScheduleSettings({ schedule }: { schedule: ScheduleView }) {
  const m = usePageMessages();
  const format = useFormat();
  const { rules, days } = useWhenMessages();
  const { misfire } = useLateMessages();
  const { definition, zone, calendar } = schedule;
  const at = (instant: number) => `${format.instant(instant, zone)} ${format.offset(instant, zone)}`;
  const told: [string, React.ReactNode][] = [
    ...(definition.kind === "crontab" && definition.days === "or" ? [[days.label, days.or] as [string, string]] : []),
    ...bound(rules.startsAt, schedule.startsAt),
    ...bound(rules.endsAt, schedule.endsAt),
    ...(calendar
      ? [
          [
            rules.calendar,
            <>
              <Link to={`/calendars/${calendar.id}`}>{calendar.name}</Link> · {rules.calendarRules[calendar.rule]}
            </>,
          ] as [string, React.ReactNode],
        ]
      : []),
    ...(schedule.jitterMs === null ? [] : [[rules.jitter, format.duration(schedule.jitterMs)] as [string, string]]),
    ...(schedule.gap === "default" ? [] : [[rules.gap, rules.gaps[schedule.gap]] as [string, string]]),
    ...(schedule.fold === "default" ? [] : [[rules.fold, rules.folds[schedule.fold]] as [string, string]]),
    [misfire.label, misfire[schedule.misfire]],
    ...(schedule.misfire === "all" && schedule.catchUpWindowMs !== null
      ? [[misfire.window, format.duration(schedule.catchUpWindowMs)] as [string, string]]
      : []),
    ...(schedule.misfire === "all"
      ? [[misfire.cap, format.number(schedule.catchUpCap ?? 1_000)] as [string, string]]
      : []),
  ];
  function bound(label: string, instant: number | null): [string, string][] {
    return instant === null ? [] : [[label, at(instant)]];
  }
  return (
    <>
      {schedule.name !== "" && <strong>{schedule.name}: </strong>}
      {format.text(schedule.description)}
      <Box component="span" sx={{ color: "text.secondary" }}>
        {definition.kind === "crontab" && (
          <>
            {" · "}
            <code>{definition.expression}</code>
          </>
        )}
        {" · "}
        {zone}
        {!schedule.enabled && ` · ${m.off}`}
      </Box>
      <Box component="ul" sx={{ m: 0, pl: 2.25, fontSize: 13, color: "text.secondary" }}>
        {told.map(([label, value]) => (
          <li key={label}>
            {label}: {value}
          </li>
        ))}
      </Box>
    </>
  );
}
