import ChevronLeftIcon from "@mui/icons-material/ChevronLeft";
import ChevronRightIcon from "@mui/icons-material/ChevronRight";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import { EmptyState } from "../../../components/empty-state.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { NoteLine } from "../../../components/note-line.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useUrlState } from "../../../components/url-state.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import { wallClock } from "../../../i18n/wall-clock.ts";
import { useTimeline } from "../../../services/forecast.ts";
import { useSession } from "../../../services/session.ts";
import type { Timeline } from "../../../services/wire.ts";
import { useDayFormat } from "../day-format.ts";
import { ForecastTabs } from "../forecast-tabs.tsx";
import { useForecastMessages } from "../messages.ts";
import { LaneList } from "./lane-list.tsx";
import { LoadChart } from "./load-chart.tsx";
import { OverloadList } from "./overload-list.tsx";

const dayMs = 86_400_000;

/** A coming day as it will run: every periodic task's lane, and how many runs there will be at once. */
export default function TimelinePage() {
  const m = useForecastMessages();
  const [get, set] = useUrlState();
  const zone = useSession()?.settings.timeZone ?? "UTC";
  const today = wallClock(Date.now(), zone).slice(0, 10);
  const asked = get("day");
  const day = asked !== undefined && /^\d{4}-\d\d-\d\d$/.test(asked) ? asked : today;
  const answer = useTimeline(day, zone);
  const { data } = answer;
  const go = (to: string) => set({ day: to === today ? undefined : to });
  return (
    <>
      <PageHead title={m.title} about={m.day.about} />
      <ForecastTabs value="day" />
      <DayChoice day={day} today={today} zone={zone} onChoose={go} />
      {answer.error && (
        <ProblemView error={answer.error} what={m.day.readFailed} onRetry={() => void answer.refetch()} />
      )}
      {answer.isPending && <LoadingRows />}
      {data && (
        <Box sx={{ opacity: answer.isPlaceholderData ? 0.5 : 1 }}>
          {data.rows.length === 0 ? (
            <EmptyState title={m.day.empty.title}>{m.day.empty.text}</EmptyState>
          ) : (
            <Day data={data} />
          )}
        </Box>
      )}
    </>
  );
}

function Day({ data }: { data: Timeline }) {
  const m = useForecastMessages();
  const { number, duration } = useFormat();
  const days = useDayFormat(data.zone);
  return (
    <>
      <Box sx={{ mb: 1 }}>
        {m.day.total(data.runs, number(data.runs))}
        {data.longestWaitMs > 0 && ` · ${m.day.longestWait(duration(data.longestWaitMs))}`}
        {data.simulatedTo < data.to && (
          <NoteLine state="missed">{m.day.simulatedTo(days.minute(data.simulatedTo))}</NoteLine>
        )}
      </Box>
      {data.sampled !== null && <NoteLine state="missed">{m.daySampled(number(data.sampled))}</NoteLine>}
      <LoadChart timeline={data} />
      <OverloadList timeline={data} />
      <LaneList timeline={data} />
    </>
  );
}

interface ChoiceProps {
  day: string;
  today: string;
  zone: string;
  onChoose: (day: string) => void;
}

function DayChoice({ day, today, zone, onChoose }: ChoiceProps) {
  const m = useForecastMessages();
  const format = useDayFormat("UTC");
  const at = Date.parse(`${day}T00:00:00Z`);
  const step = (days: number) => onChoose(new Date(at + days * dayMs).toISOString().slice(0, 10));
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1, mb: 1.5 }}>
      <IconButton aria-label={m.day.previous} disabled={day <= today} onClick={() => step(-1)}>
        <ChevronLeftIcon fontSize="small" />
      </IconButton>
      <Box component="h2" sx={{ m: 0, typography: "h2" }}>
        {format.fullDay(at)}
      </Box>
      <IconButton aria-label={m.day.next} onClick={() => step(1)}>
        <ChevronRightIcon fontSize="small" />
      </IconButton>
      <Box
        component="input"
        type="date"
        aria-label={m.day.date}
        value={day}
        min={today}
        onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
          event.target.value >= today && onChoose(event.target.value)
        }
        sx={{
          font: "inherit",
          fontSize: 13,
          color: "text.secondary",
          bgcolor: "transparent",
          border: 1,
          borderColor: "divider",
          borderRadius: 1,
          height: 30,
          px: 0.75,
        }}
      />
      {day !== today && (
        <Button variant="text" onClick={() => onChoose(today)}>
          {m.day.today}
        </Button>
      )}
      <Box sx={{ color: "text.secondary", fontSize: 13 }}>{m.week.zone(zone)}</Box>
    </Box>
  );
}
