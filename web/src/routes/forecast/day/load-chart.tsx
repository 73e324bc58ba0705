import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import Tooltip from "@mui/material/Tooltip";
import { type PointerEvent, useId, useMemo, useState } from "react";
import { NoteLine } from "../../../components/note-line.tsx";
import { useWidth } from "../../../components/use-width.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { Timeline } from "../../../services/wire.ts";
import { useDayFormat } from "../day-format.ts";
import { useForecastMessages } from "../messages.ts";
import { HourLabels, HourLines } from "./hour-scale.tsx";
import { areaPath, loadColumns } from "./lane-segments.ts";

const height = 110;

/** Runs at once over the day; what stands above the slots of the live workers would wait, and is marked. */
export function LoadChart({
  timeline: { from, to, zone, slots, perMinute, waitingPerMinute },
}: {
  timeline: Timeline;
}) {
  const m = useForecastMessages();
  const { palette } = useTheme();
  const format = useFormat();
  const days = useDayFormat(zone);
  const [ref, width] = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number>();
  const hatch = useId();
  const most = Math.max(1, ...perMinute);
  const top = Math.max(most, slots) * 1.15;
  const y = (count: number) => Math.round(height - (count / top) * height) + 0.5;
  const columns = useMemo(() => loadColumns(perMinute, width), [perMinute, width]);
  const at = (event: PointerEvent<SVGSVGElement>) =>
    Math.floor(((event.clientX - event.currentTarget.getBoundingClientRect().left) / width) * perMinute.length);
  const count = pointed === undefined ? undefined : perMinute[pointed];
  const waiting = pointed === undefined ? 0 : (waitingPerMinute[pointed] ?? 0);
  const time = pointed === undefined ? "" : days.minute(from + (pointed / perMinute.length) * (to - from));
  return (
    <Box component="section" sx={{ mb: 2 }}>
      <Box component="h3" sx={{ m: 0, mb: 0.5, typography: "h3" }}>
        {m.day.load}
      </Box>
      {slots === 0 && <NoteLine state="missed">{m.day.noSlots}</NoteLine>}
      <Box ref={ref}>
        <HourLabels from={from} to={to} width={width} zone={zone} />
        <Tooltip
          title={count === undefined ? "" : m.day.at(time, format.number(count), waiting, format.number(waiting))}
          followCursor
          enterDelay={0}
        >
          <Box
            component="svg"
            role="img"
            aria-label={m.day.loadLabel(format.number(most), format.number(slots))}
            width={width}
            height={height + 1}
            onPointerMove={(event: PointerEvent<SVGSVGElement>) => setPointed(at(event))}
            onPointerLeave={() => setPointed(undefined)}
            sx={{ display: "block" }}
          >
            <defs>
              <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="5" height="5" fill={palette.state.missed} opacity={0.35} />
                <line x1="0" y1="0" x2="0" y2="5" stroke={palette.state.missed} strokeWidth="3" />
              </pattern>
            </defs>
            <HourLines from={from} to={to} width={width} height={height} colour={palette.rule} />
            <path d={areaPath(columns, y, 0)} fill={palette.text.secondary} opacity={0.55} />
            <path d={areaPath(columns, y, slots)} fill={palette.background.default} />
            <path d={areaPath(columns, y, slots)} fill={`url(#${hatch})`} />
            <line x1={0} x2={width} y1={y(slots)} y2={y(slots)} stroke={palette.text.primary} strokeDasharray="4 3" />
            <line x1={0} x2={width} y1={height + 0.5} y2={height + 0.5} stroke={palette.divider} />
            <text
              x={width - 4}
              y={y(slots) - 4}
              textAnchor="end"
              fontSize={11.5}
              fill={palette.text.primary}
              stroke={palette.background.default}
              strokeWidth={4}
              paintOrder="stroke"
            >
              {m.day.slots(slots)}
            </text>
          </Box>
        </Tooltip>
      </Box>
    </Box>
  );
}
