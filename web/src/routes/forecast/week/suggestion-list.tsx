import Box from "@mui/material/Box";
import { useId } from "react";
import { useFormat } from "../../../i18n/use-format.ts";
import type { Forecast } from "../../../services/wire.ts";
import { useForecastMessages } from "../messages.ts";
import { TaskLinks } from "./task-links.tsx";

type Suggestion = Forecast["suggestions"][number];

/** What would take the most from the peaks: which schedules, what in their place, and the fullest minute before and after. */
export function SuggestionList({ suggestions }: { suggestions: readonly Suggestion[] }) {
  const m = useForecastMessages();
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ mt: 4 }}>
      <Box component="h2" id={id} sx={{ m: 0, mb: 0.5, typography: "h2" }}>
        {m.week.suggestions}
      </Box>
      {suggestions.length === 0 && <Box sx={{ color: "text.secondary" }}>{m.week.noSuggestions}</Box>}
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {suggestions.map((suggestion) => (
          <Row key={JSON.stringify([suggestion.definition, suggestion.zone])} suggestion={suggestion} />
        ))}
      </Box>
    </Box>
  );
}

function Row({ suggestion }: { suggestion: Suggestion }) {
  const m = useForecastMessages();
  const format = useFormat();
  const { peakBefore, peakAfter } = suggestion;
  const bar = (label: string, value: number) => (
    <Box
      sx={{ display: "grid", gridTemplateColumns: "64px 120px auto", alignItems: "center", columnGap: 1, fontSize: 13 }}
    >
      <Box component="span" sx={{ color: "text.secondary" }}>
        {label}
      </Box>
      <Box aria-hidden sx={{ height: 8 }}>
        <Box
          sx={{
            height: 8,
            borderRadius: 0.5,
            bgcolor: "text.secondary",
            width: `${Math.max(1, (value / Math.max(1, peakBefore)) * 100)}%`,
          }}
        />
      </Box>
      <span>{format.number(value)}</span>
    </Box>
  );
  return (
    <Box
      component="li"
      sx={{
        borderTop: 1,
        borderColor: "rule",
        py: 1,
        display: "grid",
        gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 1fr) auto" },
        columnGap: 4,
        rowGap: 1,
      }}
    >
      <div>
        <Box sx={{ textWrap: "pretty" }}>{format.text(suggestion.text)}</Box>
        <TaskLinks tasks={suggestion.periodicTasks} all={suggestion.schedules} />
      </div>
      <Box>
        <span className="visually-hidden">{m.week.spread(format.number(peakBefore), format.number(peakAfter))}</span>
        <div aria-hidden>
          {bar(m.week.before, peakBefore)}
          {bar(m.week.after, peakAfter)}
        </div>
      </Box>
    </Box>
  );
}
