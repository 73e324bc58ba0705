import Box from "@mui/material/Box";
import { Fragment, type ReactNode } from "react";
import { withDots } from "../../../components/sealed.ts";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { keepNames } from "../form/draft.ts";
import { useLateMessages } from "../form/late-messages.ts";
import { useFormMessages } from "../form/messages.ts";
import { usePageMessages } from "./messages.ts";
import { ScheduleSettings } from "./schedule-settings.tsx";

/** Everything that is set, in the form's order, for reading. */
export function SettingsTab({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages().settings;
  const { limits, keep } = useFormMessages();
  const late = useLateMessages();
  const format = useFormat();
  const duration = (ms: number | null, none: string) => (ms === null ? none : format.duration(ms));
  const headers = Object.entries(task.headers);
  const rows: [string, ReactNode][] = [
    [m.task, <code key="task">{task.task}</code>],
    ...(task.input === undefined ? [] : [[m.input, <Json key="input" value={task.input} />] as [string, ReactNode]]),
    ...(task.args === undefined ? [] : [[m.args, <Json key="args" value={task.args} />] as [string, ReactNode]]),
    ...(task.kwargs === undefined
      ? []
      : [[m.kwargs, <Json key="kwargs" value={task.kwargs} />] as [string, ReactNode]]),
    [m.schedules, <Schedules key="schedules" task={task} />],
    [late.overlap.label, <Overlap key="overlap" task={task} />],
    [late.expires.label, duration(task.expiresMs, m.never)],
    [late.abandon.label, format.duration(task.abandonAfterMs ?? 86_400_000)],
    [late.ends.hold, task.holdOnError ? m.yes : m.no],
    [late.ends.disableAfter, task.disableAfterFailures ?? m.never],
    [late.ends.endAfter, task.endAfterRuns ?? m.never],
    [limits.queue, task.queueSetting ?? m.ownQueue(task.queue)],
    [limits.priority, task.priority ?? m.taskOwn],
    [limits.timeLimit, duration(task.timeLimitMs, m.taskOwn)],
    [limits.softTimeLimit, duration(task.softTimeLimitMs, m.taskOwn)],
    [
      keep.title,
      task.keep === null
        ? m.taskOwn
        : keepNames
            .filter((name) => task.keep?.[name] !== null)
            .map((name) => <div key={name}>{`${keep.fields[name]}: ${format.number(task.keep?.[name] ?? 0)}`}</div>),
    ],
    [
      limits.headers,
      headers.length === 0 ? m.none : headers.map(([name, value]) => <div key={name}>{`${name}: ${value}`}</div>),
    ],
    [m.tags, task.tags.length === 0 ? m.none : task.tags.map((tag) => `#${tag}`).join(" ")],
    [m.owner, task.owner?.username ?? m.none],
    ...(task.codeApp === null ? [] : [[m.definedIn, task.codeApp] as [string, ReactNode]]),
    [m.created, <When key="created" at={task.createdAt} form="absolute" />],
    [m.updated, <When key="updated" at={task.updatedAt} form="absolute" />],
    [m.version, task.version],
  ];
  return (
    <Box
      component="dl"
      sx={{
        display: "grid",
        gridTemplateColumns: { xs: "1fr", sm: "220px minmax(0, 1fr)" },
        rowGap: { xs: 0.25, sm: 1 },
        my: 2,
      }}
    >
      {rows.map(([name, value]) => (
        <Fragment key={name}>
          <Box component="dt" sx={{ color: "text.secondary", fontSize: { xs: 12.5, sm: 14 } }}>
            {name}
          </Box>
          <Box component="dd" sx={{ m: 0, mb: { xs: 1, sm: 0 }, overflowWrap: "anywhere" }}>
            {value}
          </Box>
        </Fragment>
      ))}
    </Box>
  );
}

function Json({ value }: { value: unknown }) {
  return (
    <Box
      component="pre"
      sx={{ m: 0, fontFamily: mono, fontSize: 12.5, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
    >
      {JSON.stringify(withDots(value), null, 2)}
    </Box>
  );
}

function Overlap({ task: { overlap, overlapLimit, overlapQueue } }: { task: PeriodicTaskView }) {
  const { rules, limit, queue } = useLateMessages().overlap;
  const format = useFormat();
  const numbers = [
    ...(overlap === "allow" ? [] : [`${limit}: ${format.number(overlapLimit ?? 1)}`]),
    ...(overlap === "queue" ? [`${queue}: ${format.number(overlapQueue ?? 1)}`] : []),
  ];
  return (
    <>
      {rules[overlap]}
      {numbers.length > 0 && <Box sx={{ fontSize: 13, color: "text.secondary" }}>{numbers.join(" · ")}</Box>}
    </>
  );
}

function Schedules({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  if (task.schedules.length === 0) return m.settings.none;
  return task.schedules.map((schedule) => (
    <Box key={schedule.id} sx={{ mb: 1, color: schedule.enabled ? undefined : "text.secondary" }}>
      <ScheduleSettings schedule={schedule} />
      {schedule.input !== null && (
        <Box sx={{ fontSize: 13, color: "text.secondary" }}>
          {m.settings.ownInput}
          <Json value={schedule.input} />
        </Box>
      )}
    </Box>
  ));
}
