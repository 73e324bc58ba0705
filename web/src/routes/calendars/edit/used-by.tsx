import Box from "@mui/material/Box";
import { useId } from "react";
import { Link } from "react-router-dom";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { useCalendarFollowers } from "../../../services/calendars.ts";
import { useCalendarMessages } from "../messages.ts";

/** Whose schedules follow the calendar, and what becomes of their times on its closed days. */
export function UsedByPart({ calendarId }: { calendarId: number }) {
  const m = useCalendarMessages();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Box component="h2" id={id} sx={{ m: 0, mb: 0.5, typography: "h3" }}>
        {m.columns.usedBy}
      </Box>
      <FollowerList calendarId={calendarId} />
    </section>
  );
}

export function FollowerList({ calendarId }: { calendarId: number }) {
  const m = useCalendarMessages();
  const { number } = useFormat();
  const { data, error, refetch } = useCalendarFollowers(calendarId);
  if (error) return <ProblemView error={error} what={m.readFailed} onRetry={() => void refetch()} />;
  if (!data) return null;
  if (data.items.length === 0) return <Box sx={{ color: "text.secondary" }}>{m.usedByLine(0)}</Box>;
  const more = (data.count?.value ?? 0) - data.items.length;
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
      {data.items.map(({ id, name, schedules }) => (
        <Box component="li" key={id} sx={{ borderTop: 1, borderColor: "rule", py: 0.5, overflowWrap: "anywhere" }}>
          <Link to={`/periodic-tasks/${id}`}>{name}</Link>
          <Box sx={{ fontSize: 13, color: "text.secondary" }}>
            {[
              ...new Set(
                schedules.flatMap(({ calendar }) => (calendar?.id === calendarId ? [m.rules[calendar.rule]] : [])),
              ),
            ].join(m.join)}
          </Box>
        </Box>
      ))}
      {more > 0 && <Box sx={{ color: "text.secondary", fontSize: 13 }}>{m.moreFollowers(number(more))}</Box>}
    </Box>
  );
}
