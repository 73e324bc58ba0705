import Box from "@mui/material/Box";
import Tooltip from "@mui/material/Tooltip";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../../components/empty-state.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { NoteLine } from "../../../components/note-line.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { When } from "../../../components/when.tsx";
import { viewerZone } from "../../../i18n/instant.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import { api } from "../../../services/api.ts";
import type { PeriodicTaskView, SchedulePreview, ScheduleView } from "../../../services/wire.ts";
import { useWhenMessages } from "../form/when-messages.ts";
import { usePageMessages } from "./messages.ts";
import { type Upcoming, upcomingTimes } from "./upcoming-times.ts";

const count = 50;

function readPreview(schedule: ScheduleView, signal: AbortSignal): Promise<SchedulePreview> {
  const { definition, id, zone, gap, fold, calendar, startsAt, endsAt } = schedule;
  const rules = { gap, fold, startsAt, endsAt, calendar: calendar && { id: calendar.id, rule: calendar.rule } };
  return api.post<SchedulePreview>(
    "schedules/preview",
    { ...definition, scheduleId: id, zone, ...rules, count },
    signal,
  );
}

/** The next fifty times, day by day, with what falls out between them; computed by the engine. */
export function UpcomingTab({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  const schedules = task.schedules.filter((schedule) => schedule.enabled && schedule.error === null);
  // One zone for the whole list: the schedules' own when they share it.
  const [first] = schedules;
  const zone = first && schedules.every((schedule) => schedule.zone === first.zone) ? first.zone : viewerZone;
  const answer = useQuery({
    queryKey: ["schedules", "upcoming", task.id, schedules.map(({ id, version }) => [id, version]), task.nextAt],
    queryFn: async ({ signal }) => {
      const previews = await Promise.all(
        schedules.map(async (schedule) => ({ name: schedule.name, preview: await readPreview(schedule, signal) })),
      );
      return upcomingTimes(previews, count);
    },
  });
  if (answer.error) {
    return <ProblemView error={answer.error} what={m.upcoming.failed} onRetry={() => void answer.refetch()} />;
  }
  if (!answer.data) return <LoadingRows />;
  if (answer.data.length === 0) return <EmptyState title={m.upcoming.none} />;
  return (
    <Box sx={{ pt: 1.5 }}>
      {!task.enabled && <NoteLine state="off">{m.upcoming.whileOff}</NoteLine>}
      {task.enabled && task.heldReason && <NoteLine state="held">{m.upcoming.whileHeld}</NoteLine>}
      {task.enabled && !task.heldReason && task.paused && <NoteLine state="held">{m.upcoming.whilePaused}</NoteLine>}
      <Box sx={{ color: "text.secondary", fontSize: 13, mb: 1 }}>{m.upcoming.inZone(zone)}</Box>
      <Days times={answer.data} zone={zone} />
    </Box>
  );
}

function Days({ times, zone }: { times: readonly Upcoming[]; zone: string }) {
  const format = useFormat();
  const days = Map.groupBy(times, (time) => format.day(time.at, zone));
  const first = times.find(({ exception }) => exception === undefined)?.at;
  return [...days].map(([day, entries]) => (
    <Box
      key={day}
      component="section"
      sx={{
        display: "grid",
        gridTemplateColumns: { xs: "1fr", sm: "200px 1fr" },
        columnGap: 2,
        py: 1,
        borderTop: 1,
        borderColor: "rule",
      }}
    >
      <Box component="h3" sx={{ m: 0, fontSize: 14, fontWeight: 600 }}>
        {day}
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2.5, rowGap: 0.25 }}>
        {entries.map((entry) =>
          entry.exception ? (
            <Fallen key={`x${entry.at}`} exception={entry.exception} zone={zone} />
          ) : (
            <Box key={entry.at} sx={{ whiteSpace: "nowrap" }}>
              {format.timeOfDay(entry.at, zone)}{" "}
              <Box component="span" sx={{ color: "text.secondary", fontSize: 12.5 }}>
                {entry.at === first && <When at={entry.at} zone={zone} />}{" "}
                {entry.schedules.filter((name) => name !== "").join(", ")}
              </Box>
            </Box>
          ),
        )}
      </Box>
    </Box>
  ));
}

/** A named time that does not fire: why, or when it does instead. */
function Fallen({ exception, zone }: { exception: NonNullable<Upcoming["exception"]>; zone: string }) {
  const m = useWhenMessages().preview;
  const format = useFormat();
  const { at, movedTo, text } = exception;
  return (
    <Tooltip title={format.text(text)}>
      <Box sx={{ color: "text.secondary" }}>
        <Box component="s" sx={{ whiteSpace: "nowrap" }}>
          {format.timeOfDay(at, zone)}
        </Box>{" "}
        <Box component="span" sx={{ fontSize: 12.5 }}>
          {movedTo ? (
            <>
              <span aria-hidden="true">→ {format.shortInstant(movedTo.at, zone)}</span>
              <span className="visually-hidden">{m.movedTo(format.shortInstant(movedTo.at, zone))}</span>
            </>
          ) : (
            format.text(text)
          )}
        </Box>
      </Box>
    </Tooltip>
  );
}
