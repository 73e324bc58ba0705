import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { instantOf, wallClock } from "../../../i18n/wall-clock.ts";
import type { ScheduleDraft } from "./draft.ts";
import { timeEntries } from "./time-line.ts";
import { TimeList } from "./time-list.tsx";
import { useTimesBetween } from "./use-preview.ts";
import { useWhenMessages } from "./when-messages.ts";

const shownTimes = 120;
const weekMs = 7 * 86_400_000;

/** The times in any stretch of time, on the schedule's clock; closed until it is asked for. */
export function TimesBetween({ draft, zone }: { draft: ScheduleDraft; zone: string }) {
  const m = useWhenMessages().preview;
  const [isOpen, setOpen] = useState(false);
  return (
    <Box sx={{ mt: 0.5 }}>
      <Button
        variant="text"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        sx={{ fontSize: 13, color: "text.secondary", ml: -1 }}
      >
        {m.window}
      </Button>
      {isOpen && <Opened draft={draft} zone={zone} />}
    </Box>
  );
}

function Opened({ draft, zone }: { draft: ScheduleDraft; zone: string }) {
  const m = useWhenMessages().preview;
  const format = useFormat();
  const [range, setRange] = useState(() => {
    const now = Math.floor(Date.now() / 60_000) * 60_000;
    return { from: wallClock(now, zone), until: wallClock(now + weekMs, zone) };
  });
  const instant = (text: string) => (text === "" ? undefined : instantOf(text, zone));
  const answer = useTimesBetween(draft, instant(range.from), instant(range.until));
  const { data } = answer;
  const field = (name: "from" | "until", label: string) => (
    <TextField
      type="datetime-local"
      label={label}
      value={range[name]}
      onChange={(event) => setRange({ ...range, [name]: event.target.value })}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { step: 1 } }}
    />
  );
  const rest = (data?.times.length ?? 0) - shownTimes;
  return (
    <Box sx={{ display: "grid", gap: 1, pt: 1 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "center" }}>
        {field("from", m.windowFrom)}
        {field("until", m.windowUntil)}
        {data && data.times.length > 0 && (
          <Box aria-live="polite">{m.windowCount(format.number(data.times.length), data.more)}</Box>
        )}
      </Box>
      {answer.error && <ProblemView error={answer.error} />}
      {data && data.times.length === 0 && <Box sx={{ color: "text.secondary" }}>{m.windowNone}</Box>}
      {data && (
        <Box sx={{ opacity: answer.isPlaceholderData ? 0.45 : 1 }}>
          <TimeList entries={timeEntries(data, shownTimes)} zone={zone} />
          {rest > 0 && <Box sx={{ color: "text.secondary" }}>{m.windowRest(format.number(rest))}</Box>}
        </Box>
      )}
    </Box>
  );
}
