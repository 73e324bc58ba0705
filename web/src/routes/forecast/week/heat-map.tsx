import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import Tooltip from "@mui/material/Tooltip";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { useWidth } from "../../../components/use-width.ts";
import { zoneOffsetMs } from "../../../i18n/wall-clock.ts";
import { columnOf, fullestNear, type HeatGeometry, heatGeometry, minuteAfter, rowOf, shade } from "./heat-geometry.ts";

const minuteMs = 60_000;
const cellHeight = 4;
const height = 60 * cellHeight;
const labelWidth = 30;
/** Half a fingertip. */
const fingerPx = 9;

interface Props {
  startAt: number;
  /** One for each minute. */
  counts: ArrayLike<number>;
  zone: string;
  /** The minute that is looked at. */
  chosen: number;
  onChoose: (index: number) => void;
  label: string;
  /** A minute in words, for the pointer and for who does not see the map. */
  describe: (index: number) => string;
  /** The heading of a day, where there is little room for it and where there is more. */
  dayLabel: (at: number, isShort: boolean) => string;
}

/**
 * The minutes of a week, each a cell: the hours stand side by side, their minutes below one another. So what piles up at the full hour
 * is a dark line across, and what piles up at midnight one from top to bottom.
 */
export function HeatMap({ startAt, counts, zone, chosen, onChoose, label, describe, dayLabel }: Props) {
  const { palette } = useTheme();
  const [ref, fullWidth] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<number>();
  const minutes = counts.length;
  const geometry = useMemo(() => heatGeometry(startAt, minutes, zoneOffsetMs(startAt, zone)), [startAt, minutes, zone]);
  const days = useMemo(() => midnights(geometry, zone), [geometry, zone]);
  const width = Math.max(0, fullWidth - labelWidth);
  const pitch = width / geometry.columns;
  const left = (column: number) => Math.round(column * pitch);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    context.canvas.width = width * ratio;
    context.canvas.height = height * ratio;
    context.scale(ratio, ratio);
    context.clearRect(0, 0, width, height);
    let most = 1;
    for (let index = 0; index < minutes; index += 1) most = Math.max(most, counts[index] ?? 0);
    context.fillStyle = palette.text.primary;
    for (let index = 0; index < minutes; index += 1) {
      const count = counts[index] ?? 0;
      if (count === 0) continue;
      const from = Math.round(columnOf(geometry, index) * pitch);
      const through = Math.round((columnOf(geometry, index) + 1) * pitch);
      context.globalAlpha = shade(count, most);
      context.fillRect(
        from,
        rowOf(geometry, index) * cellHeight,
        Math.max(1, through - from - (pitch > 3 ? 1 : 0)),
        cellHeight - 1,
      );
    }
    context.globalAlpha = 1;
  }, [counts, minutes, geometry, pitch, width, palette]);

  const at = (event: PointerEvent<HTMLElement>): number | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    const isFinger = event.pointerType === "touch";
    return fullestNear(geometry, counts, {
      column: Math.floor((event.clientX - box.left) / pitch),
      row: Math.floor((event.clientY - box.top) / cellHeight),
      columns: isFinger ? Math.ceil(fingerPx / pitch) : pitch < 3 ? 1 : 0,
      rows: isFinger ? Math.ceil(fingerPx / cellHeight) : 0,
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = minuteAfter(event.key, chosen, minutes);
    if (to === undefined) return;
    event.preventDefault();
    onChoose(to);
  };
  return (
    <Box ref={ref} sx={{ userSelect: "none" }}>
      <Box sx={{ display: "flex" }}>
        <Box aria-hidden sx={{ position: "relative", width: labelWidth, height: height + 20, flex: "none" }}>
          {[0, 15, 30, 45].map((minute) => (
            <Box
              key={minute}
              sx={{
                position: "absolute",
                top: 20 + minute * cellHeight,
                transform: minute === 0 ? undefined : "translateY(-50%)",
                fontSize: 11.5,
                lineHeight: 1,
                color: "text.secondary",
              }}
            >
              :{String(minute).padStart(2, "0")}
            </Box>
          ))}
        </Box>
        <Box sx={{ position: "relative", width }}>
          <Box aria-hidden sx={{ position: "relative", height: 20, fontSize: 11.5, color: "text.secondary" }}>
            {days.map(({ column, at: midnight, columns }) => (
              <Box
                key={column}
                sx={{
                  position: "absolute",
                  left: left(column) + 3,
                  width: Math.max(0, columns * pitch - 4),
                  overflow: "hidden",
                  whiteSpace: "nowrap",
                }}
              >
                {columns * pitch > 24 && dayLabel(midnight, columns * pitch < 90)}
              </Box>
            ))}
          </Box>
          <Tooltip title={pointed === undefined ? "" : describe(pointed)} followCursor enterDelay={0}>
            <Box
              role="slider"
              tabIndex={0}
              aria-label={label}
              aria-orientation="horizontal"
              aria-valuemin={0}
              aria-valuemax={minutes - 1}
              aria-valuenow={chosen}
              aria-valuetext={describe(chosen)}
              onKeyDown={onKeyDown}
              onPointerMove={(event: PointerEvent<HTMLElement>) =>
                setPointed(event.pointerType === "touch" ? undefined : at(event))
              }
              onPointerLeave={() => setPointed(undefined)}
              onPointerUp={(event: PointerEvent<HTMLElement>) => {
                const index = at(event);
                if (index !== undefined) onChoose(index);
              }}
              sx={{ position: "relative", height, cursor: "pointer", borderBlock: 1, borderColor: "rule" }}
            >
              <canvas ref={canvas} style={{ display: "block", width, height }} />
              {days.map(({ column }) => (
                <Box
                  key={column}
                  sx={{
                    position: "absolute",
                    top: -20,
                    bottom: 0,
                    left: left(column) - 1,
                    borderLeft: 1,
                    borderColor: "divider",
                  }}
                />
              ))}
              <Cross geometry={geometry} index={chosen} left={left} />
            </Box>
          </Tooltip>
        </Box>
      </Box>
    </Box>
  );
}

/** Marks the chosen minute, which may be two pixels wide. */
function Cross({ geometry, index, left }: { geometry: HeatGeometry; index: number; left: (column: number) => number }) {
  const column = columnOf(geometry, index);
  const from = left(column);
  return (
    <Box
      aria-hidden
      sx={{
        position: "absolute",
        left: from - 3,
        width: left(column + 1) - from + 5,
        top: rowOf(geometry, index) * cellHeight - 4,
        height: cellHeight + 6,
        border: 2,
        borderColor: "state.running",
        borderRadius: 0.5,
        pointerEvents: "none",
      }}
    />
  );
}

/** Where each day of the wall clock begins, the first one at the start. */
function midnights(geometry: HeatGeometry, zone: string): { column: number; at: number; columns: number }[] {
  const starts: { column: number; at: number }[] = [];
  let known: string | undefined;
  const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
  for (let column = 0; column < geometry.columns; column += 1) {
    const at = geometry.startAt + (column * 60 - geometry.lead) * minuteMs;
    const day = dayOf.format(Math.max(at, geometry.startAt));
    if (day !== known) starts.push({ column, at: Math.max(at, geometry.startAt) });
    known = day;
  }
  return starts.map((start, index) => ({
    ...start,
    columns: (starts[index + 1]?.column ?? geometry.columns) - start.column,
  }));
}
