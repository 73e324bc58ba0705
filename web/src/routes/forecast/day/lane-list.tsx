import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTheme } from "@mui/material/styles";
import Tooltip from "@mui/material/Tooltip";
import { type PointerEvent, useState } from "react";
import { Link } from "react-router-dom";
import { useWidth } from "../../../components/use-width.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { Timeline } from "../../../services/wire.ts";
import { useDayFormat } from "../day-format.ts";
import { useForecastMessages } from "../messages.ts";
import { HourLabels, HourLines } from "./hour-scale.tsx";
import { laneSegments } from "./lane-segments.ts";

/** What is assumed of a task that has not ended yet. */
const assumedMs = 60_000;
const height = 22;
const nameWidth = 260;
const shownAtFirst = 25;

type Row = Timeline["rows"][number];

/** A lane for each periodic task: every run as long as its last ones took. */
export function LaneList({ timeline }: { timeline: Timeline }) {
  const m = useForecastMessages();
  const [ref, width] = useWidth<HTMLDivElement>();
  const { number } = useFormat();
  const [isAll, setAll] = useState(false);
  const { from, to, zone } = timeline;
  const shown = isAll ? timeline.rows : timeline.rows.slice(0, shownAtFirst);
  return (
    <Box component="section">
      <Box component="h3" sx={{ m: 0, mb: 0.5, typography: "h3" }}>
        {m.day.lanes}
      </Box>
      <Box sx={{ ml: { md: `${nameWidth}px` } }}>
        <Box ref={ref}>
          <HourLabels from={from} to={to} width={width} zone={zone} />
        </Box>
      </Box>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, borderBottom: 1, borderColor: "rule" }}>
        {shown.map((row) => (
          <Lane key={row.periodicTaskId} row={row} timeline={timeline} width={width} />
        ))}
      </Box>
      {shown.length < timeline.rows.length && (
        <Button variant="text" onClick={() => setAll(true)} sx={{ mt: 0.5 }}>
          {m.day.showAll(number(timeline.rows.length))}
        </Button>
      )}
      {shown.some(({ meanMs }) => meanMs === null) && (
        <Box sx={{ color: "text.secondary", fontSize: 12.5, mt: 1 }}>{m.day.hollow}</Box>
      )}
    </Box>
  );
}

function Lane({ row, timeline: { from, to, zone }, width }: { row: Row; timeline: Timeline; width: number }) {
  const m = useForecastMessages();
  const format = useFormat();
  const days = useDayFormat(zone);
  const { palette } = useTheme();
  const [pointed, setPointed] = useState<number>();
  const meanMs = row.meanMs ?? assumedMs;
  const segments = laneSegments(row.times, meanMs, { from, to, width });
  const times = format.number(row.firings);
  const about =
    row.meanMs === null
      ? m.day.assumed(row.firings, times, format.duration(meanMs))
      : m.day.row(row.firings, times, format.duration(meanMs));
  const nearest = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const at = from + (x / width) * (to - from);
    const slack = (6 / width) * (to - from);
    return row.times.findLast((time) => time - slack <= at && at <= time + meanMs + slack);
  };
  return (
    <Box
      component="li"
      sx={{
        display: "grid",
        gridTemplateColumns: { xs: "minmax(0, 1fr)", md: `${nameWidth}px minmax(0, 1fr)` },
        alignItems: "center",
        borderTop: 1,
        borderColor: "rule",
        py: { xs: 0.5, md: 0.25 },
      }}
    >
      <Box sx={{ minWidth: 0, pr: 1.5 }}>
        <Box
          component={Link}
          to={`/periodic-tasks/${row.periodicTaskId}?tab=upcoming`}
          sx={{ display: "block", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
        >
          {row.name}
        </Box>
        <Box sx={{ color: "text.secondary", fontSize: 12.5 }}>
          {about}
          {row.times.length < row.firings && ` · ${m.day.cut(format.number(row.times.length))}`}
        </Box>
      </Box>
      <Tooltip
        title={
          pointed === undefined
            ? ""
            : m.day.bar(`${days.minute(pointed)} ${format.offset(pointed, zone)}`, format.duration(meanMs))
        }
        followCursor
        enterDelay={0}
      >
        <Box
          component="svg"
          role="img"
          aria-label={`${row.name}: ${about}`}
          width={width}
          height={height}
          onPointerMove={(event: PointerEvent<SVGSVGElement>) => setPointed(nearest(event))}
          onPointerLeave={() => setPointed(undefined)}
          sx={{ display: "block" }}
        >
          <HourLines from={from} to={to} width={width} height={height} colour={palette.rule} />
          {segments.map((segment) => (
            <rect
              key={segment.from}
              x={segment.from}
              y={4}
              width={segment.to - segment.from}
              height={height - 8}
              rx={1}
              fill={row.meanMs === null ? "none" : palette.text.secondary}
              stroke={palette.text.secondary}
              strokeWidth={row.meanMs === null ? 1 : 0}
            />
          ))}
        </Box>
      </Tooltip>
    </Box>
  );
}
