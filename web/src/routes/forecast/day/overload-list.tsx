import Box from "@mui/material/Box";
import { NoteLine } from "../../../components/note-line.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { Timeline } from "../../../services/wire.ts";
import { useDayFormat } from "../day-format.ts";
import { useForecastMessages } from "../messages.ts";

const listed = 6;

/** The stretches in which more would run than there are slots, the fullest first. */
export function OverloadList({ timeline: { overloads, perMinute, slots, zone, to: endsAt } }: { timeline: Timeline }) {
  const m = useForecastMessages();
  const { number } = useFormat();
  const days = useDayFormat(zone);
  // Without a worker everything waits, which is told already.
  if (slots === 0) return null;
  if (overloads.length === 0) {
    return (
      <Box sx={{ mb: 2 }}>
        <NoteLine state="succeeded">{m.day.fits(number(Math.max(0, ...perMinute)))}</NoteLine>
      </Box>
    );
  }
  const fullest = [...overloads].sort((a, b) => b.most - a.most || a.from - b.from).slice(0, listed);
  return (
    <Box component="section" sx={{ mb: 3 }}>
      <Box component="h3" sx={{ m: 0, typography: "h3" }}>
        {m.day.overloads}
      </Box>
      {fullest.map(({ from, to, most }) => (
        <NoteLine key={from} state="missed">
          {m.day.overload(days.minute(from), to === endsAt ? "24:00" : days.minute(to), number(most - slots))}
        </NoteLine>
      ))}
      {overloads.length > listed && (
        <Box sx={{ color: "text.secondary", fontSize: 13, pl: 2.5 }}>
          {m.day.moreOverloads(number(overloads.length - listed))}
        </Box>
      )}
    </Box>
  );
}
