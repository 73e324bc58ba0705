import Box from "@mui/material/Box";
import { useDayFormat } from "../day-format.ts";

const hourMs = 3_600_000;
/** A label needs so much. */
const labelPx = 54;

/** The day's hours: labels with faint lines below them. A day of 23 or 25 hours has as many. */
export function hourTicks(from: number, to: number, width: number): number[] {
  const hours = Math.round((to - from) / hourMs);
  const step = [1, 2, 3, 4, 6, 12].find((one) => (width / hours) * one >= labelPx) ?? 12;
  return Array.from({ length: Math.floor(hours / step) + 1 }, (_, index) => from + index * step * hourMs).filter(
    (at) => at < to,
  );
}

export function HourLabels({ from, to, width, zone }: { from: number; to: number; width: number; zone: string }) {
  const format = useDayFormat(zone);
  return (
    <Box aria-hidden sx={{ position: "relative", height: 18, fontSize: 11.5, color: "text.secondary" }}>
      {hourTicks(from, to, width).map((at) => (
        <Box
          key={at}
          sx={{ position: "absolute", left: ((at - from) / (to - from)) * width + 2, whiteSpace: "nowrap" }}
        >
          {format.minute(at)}
        </Box>
      ))}
    </Box>
  );
}

/** Lines for an SVG of that width. */
export function HourLines({
  from,
  to,
  width,
  height,
  colour,
}: {
  from: number;
  to: number;
  width: number;
  height: number;
  colour: string;
}) {
  const path = hourTicks(from, to, width)
    .map((at) => `M${Math.round(((at - from) / (to - from)) * width) + 0.5} 0V${height}`)
    .join("");
  return <path d={path} stroke={colour} />;
}
