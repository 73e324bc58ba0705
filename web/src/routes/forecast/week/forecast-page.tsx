import Box from "@mui/material/Box";
import { EmptyState } from "../../../components/empty-state.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { NoteLine } from "../../../components/note-line.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useSettledUrl } from "../../../components/settled-url.ts";
import { useUrlState } from "../../../components/url-state.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import { useForecast } from "../../../services/forecast.ts";
import { useSession } from "../../../services/session.ts";
import type { Forecast } from "../../../services/wire.ts";
import { useDayFormat } from "../day-format.ts";
import { ForecastTabs } from "../forecast-tabs.tsx";
import { useForecastMessages } from "../messages.ts";
import { ForecastFilters } from "./forecast-filters.tsx";
import { HeatMap } from "./heat-map.tsx";
import { MinutePart } from "./minute-part.tsx";
import { PeakList } from "./peak-list.tsx";
import { SuggestionList } from "./suggestion-list.tsx";

const minuteMs = 60_000;

/** Where the load of the coming week piles up, and what would spread it. */
export default function ForecastPage() {
  const m = useForecastMessages();
  const [get] = useUrlState();
  const filter = { queue: get("queue"), tag: get("tag") };
  const answer = useForecast(filter);
  const { data } = answer;
  const isEmpty = data?.schedules === 0 && filter.queue === undefined && filter.tag === undefined;
  return (
    <>
      <PageHead title={m.title} about={m.week.about} />
      <ForecastTabs value="week" />
      {answer.error && (
        <ProblemView error={answer.error} what={m.week.readFailed} onRetry={() => void answer.refetch()} />
      )}
      {answer.isPending && <LoadingRows />}
      {isEmpty && <EmptyState title={m.week.empty.title}>{m.week.empty.text}</EmptyState>}
      {data && !isEmpty && <Week data={data} filter={filter} />}
    </>
  );
}

function Week({ data, filter }: { data: Forecast; filter: { queue: string | undefined; tag: string | undefined } }) {
  const m = useForecastMessages();
  const format = useFormat();
  const [, set] = useUrlState();
  const zone = useSession()?.settings.timeZone ?? "UTC";
  const days = useDayFormat(zone);
  const { from, perMinute } = data;

  const indexOf = (at: number) => Math.min(perMinute.length - 1, Math.max(0, Math.floor((at - from) / minuteMs)));
  const [asked, setAsked] = useSettledUrl("at");
  const chosen = indexOf(asked === undefined ? (data.peaks[0]?.at ?? from) : Number(asked));
  const choose = (index: number) => setAsked(String(from + index * minuteMs));
  const describe = (index: number) => {
    const at = from + index * minuteMs;
    const count = perMinute[index] ?? 0;
    const time = `${format.shortInstant(at, zone)} ${format.offset(at, zone)}`;
    return m.week.minute(time, count, format.number(count));
  };
  const total = perMinute.reduce((sum, count) => sum + count, 0);
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2, mb: 1 }}>
        <Box sx={{ flex: "1 1 300px" }}>
          {m.week.total(
            total,
            format.number(total),
            format.number(data.plans),
            data.schedules,
            format.number(data.schedules),
          )}
          {data.sampled !== null && (
            <NoteLine state="missed">{m.sampled(format.number(data.sampled), format.number(data.plans))}</NoteLine>
          )}
        </Box>
        <ForecastFilters filter={filter} onChange={set} />
      </Box>
      <HeatMap
        startAt={from}
        counts={perMinute}
        zone={zone}
        chosen={chosen}
        onChoose={choose}
        label={m.week.map}
        describe={describe}
        dayLabel={(at, isShort) => (isShort ? days.weekday(at) : days.day(at))}
      />
      <Box sx={{ color: "text.secondary", fontSize: 12.5, mt: 0.75, pl: "30px" }}>
        {m.week.zone(zone)} · {m.week.reading} <span className="wide-only">{m.week.keys}</span>
      </Box>
      <Box
        sx={{
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 2fr) minmax(0, 1fr)" },
          columnGap: 5,
          rowGap: 3,
          mt: 3,
        }}
      >
        <MinutePart at={from + chosen * minuteMs} filter={filter} title={describe(chosen)} />
        <PeakList
          peaks={data.peaks}
          chosenAt={from + chosen * minuteMs}
          zone={zone}
          onChoose={(at) => choose(indexOf(at))}
        />
      </Box>
      <SuggestionList suggestions={data.suggestions} />
    </>
  );
}
