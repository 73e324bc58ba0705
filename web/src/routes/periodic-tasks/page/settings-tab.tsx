import Box from "@mui/material/Box";
import { Fragment, type ReactNode } from "react";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { usePageMessages } from "./messages.ts";

/** Everything that is set, in the form's order, for reading. */
export function SettingsTab({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages().settings;
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
    [m.misfire, m.latest],
    [m.overlap, m[task.overlap]],
    [m.queue, task.queueSetting ?? m.ownQueue(task.queue)],
    [m.priority, task.priority ?? m.taskOwn],
    [m.expires, duration(task.expiresMs, m.never)],
    [m.timeLimit, duration(task.timeLimitMs, m.taskOwn)],
    [
      m.headers,
      headers.length === 0 ? m.none : headers.map(([name, value]) => <div key={name}>{`${name}: ${value}`}</div>),
    ],
    [m.tags, task.tags.length === 0 ? m.none : task.tags.map((tag) => `#${tag}`).join(" ")],
    [m.owner, task.owner?.username ?? m.none],
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
      {JSON.stringify(value, null, 2)}
    </Box>
  );
}

function Schedules({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  const format = useFormat();
  if (task.schedules.length === 0) return m.settings.none;
  return task.schedules.map((schedule) => (
    <Box key={schedule.id} sx={{ mb: 0.5, color: schedule.enabled ? undefined : "text.secondary" }}>
      {schedule.name !== "" && <strong>{schedule.name}: </strong>}
      {format.text(schedule.description)}
      <Box component="span" sx={{ color: "text.secondary" }}>
        {schedule.definition.kind === "crontab" && (
          <>
            {" · "}
            <code>{schedule.definition.expression}</code>
          </>
        )}
        {" · "}
        {schedule.zone}
        {!schedule.enabled && ` · ${m.off}`}
      </Box>
      {schedule.input !== null && (
        <Box sx={{ fontSize: 13, color: "text.secondary" }}>
          {m.settings.ownInput}
          <Json value={schedule.input} />
        </Box>
      )}
    </Box>
  ));
}
