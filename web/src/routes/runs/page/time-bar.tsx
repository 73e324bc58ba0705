import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import Tooltip from "@mui/material/Tooltip";
import { useNow } from "../../../components/now.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { RunView } from "../../../services/wire.ts";
import { stateKind } from "../../../theme/states.ts";
import { useRunPageMessages } from "./messages.ts";
import { segmentWidths, type TimeSegment, timeSegments } from "./time-segments.ts";

/** The legend names no more than these; the bar itself tells all on hover. */
const named = 6;

/** How a run's time passed: waited, attempt 1, back-off, attempt 2 … */
export function TimeBar({ run }: { run: RunView }) {
  const m = useRunPageMessages().bar;
  const format = useFormat();
  const { palette } = useTheme();
  const now = useNow(run.endedAt === null ? 1_000 : undefined);
  const segments = timeSegments(run, now);
  const widths = segmentWidths(segments);
  if (segments.length === 0) return null;
  const isPlain = run.attempts.length <= 1;
  const nameOf = (segment: TimeSegment) => (segment.kind === "attempt" ? m.attempt(segment.number) : m[segment.kind]);
  const lengthOf = ({ from, to }: TimeSegment) => format.duration(to - from);
  const colourOf = ({ kind, outcome }: TimeSegment) =>
    kind === "attempt"
      ? palette.state[stateKind(outcome)]
      : kind === "pause"
        ? palette.state.retrying
        : palette.divider;
  const patternOf = (segment: TimeSegment) =>
    segment.kind === "attempt" || segment.kind === "waited"
      ? { bgcolor: colourOf(segment) }
      : {
          background: `repeating-linear-gradient(-45deg, ${colourOf(segment)} 0 2px, transparent 2px 6px)`,
          border: `1px solid ${colourOf(segment)}`,
        };
  return (
    <Box component="figure" aria-label={m.label} sx={{ m: 0 }}>
      <Box sx={{ display: "flex", gap: "2px", height: 12 }}>
        {segments.map((segment, index) => (
          <Tooltip
            key={`${segment.kind}-${segment.number}-${segment.from}`}
            title={`${nameOf(segment)} · ${lengthOf(segment)}\n${format.timeOfDay(segment.from)} – ${format.timeOfDay(segment.to)} ${format.offset(segment.to)}`}
          >
            {/* The tooltip's text is its name, which only what is something may have. */}
            <Box
              role="img"
              sx={{ width: `${widths[index]}%`, minWidth: 4, borderRadius: 0.5, ...patternOf(segment) }}
            />
          </Tooltip>
        ))}
      </Box>
      <Box
        component="figcaption"
        sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, fontSize: 12.5, color: "text.secondary", mt: 0.5 }}
      >
        {segments.slice(0, named).map((segment) => (
          <Box component="span" key={`${segment.kind}-${segment.number}-${segment.from}`} sx={{ whiteSpace: "nowrap" }}>
            <Box
              component="span"
              sx={{
                display: "inline-block",
                width: 8,
                height: 8,
                mr: 0.75,
                borderRadius: "2px",
                ...patternOf(segment),
              }}
            />
            {nameOf(segment)}{" "}
            <Box component="span" sx={{ color: "text.primary" }}>
              {lengthOf(segment)}
            </Box>
          </Box>
        ))}
        {segments.length > named && <span>…</span>}
        {!isPlain && <span>{m.total(format.duration((run.endedAt ?? now) - run.queuedAt))}</span>}
      </Box>
    </Box>
  );
}
