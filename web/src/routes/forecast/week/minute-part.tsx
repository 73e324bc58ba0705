import Box from "@mui/material/Box";
import { useId } from "react";
import { useDebounced } from "../../../components/debounced.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { type ForecastFilter, useForecastMinute } from "../../../services/forecast.ts";
import { useForecastMessages } from "../messages.ts";
import { TaskLinks } from "./task-links.tsx";

/** What fires in the chosen minute: the biggest groups of schedules with one plan, and whose they are. */
export function MinutePart({ at, filter, title }: { at: number; filter: ForecastFilter; title: string }) {
  const m = useForecastMessages();
  const format = useFormat();
  const id = useId();
  // Walking over the map with the arrows asks for the last minute alone.
  const settled = useDebounced(at, 150);
  const { data, error, refetch, isPlaceholderData } = useForecastMinute(settled, filter);
  const isOld = isPlaceholderData || settled !== at;
  return (
    <section aria-labelledby={id}>
      <Box component="h2" id={id} sx={{ m: 0, typography: "h2" }}>
        {m.week.chosen}
      </Box>
      <Box sx={{ color: "text.secondary", mb: 0.5 }}>{title}</Box>
      {error && <ProblemView error={error} what={m.week.minuteFailed} onRetry={() => void refetch()} />}
      {data && (
        <Box sx={{ opacity: isOld ? 0.5 : 1, minHeight: 120 }}>
          {data.groups.length === 0 && !isOld && <Box sx={{ color: "text.secondary" }}>{m.week.nothing}</Box>}
          <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
            {data.groups.map((group) => (
              <Box
                component="li"
                key={`${JSON.stringify(group.definition)}-${group.zone}`}
                sx={{ borderTop: 1, borderColor: "rule", py: 0.75 }}
              >
                <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5 }}>
                  <Box component="span" sx={{ fontWeight: 500 }}>
                    {format.text(group.description)}
                  </Box>
                  <Box component="span" sx={{ color: "text.secondary" }}>
                    {m.week.group(group.schedules, format.number(group.schedules))}
                  </Box>
                </Box>
                <TaskLinks tasks={group.periodicTasks} all={group.schedules} />
              </Box>
            ))}
          </Box>
        </Box>
      )}
    </section>
  );
}
