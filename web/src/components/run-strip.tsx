import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import Tooltip from "@mui/material/Tooltip";
import { type PointerEvent, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useStateWords, wordOf } from "../i18n/state-words.ts";
import { useFormat } from "../i18n/use-format.ts";
import type { StripEntry } from "../services/wire.ts";
import { stateKind } from "../theme/states.ts";
import { useComponentMessages } from "./messages.ts";
import { stripBars } from "./strip-geometry.ts";

const barWidth = 4;
const pitch = 6;

interface Props {
  /** Oldest first. */
  entries: readonly StripEntry[];
  slots?: number;
  height?: number;
}

/** The last runs as bars: height is duration, colour is outcome, a mark on the base line is a time without a run. */
export function RunStrip({ entries, slots = 30, height = 22 }: Props) {
  const { palette } = useTheme();
  const navigate = useNavigate();
  const words = useStateWords();
  const format = useFormat();
  const m = useComponentMessages();
  const [pointed, setPointed] = useState<number>();
  const shown = entries.slice(-slots);
  const bars = stripBars(shown, height - 3);
  const width = slots * pitch - (pitch - barWidth);
  const offset = (slots - bars.length) * pitch;
  const indexAt = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - offset;
    const index = Math.floor((x + 1) / pitch);
    return index >= 0 && index < bars.length ? index : undefined;
  };
  const entry = pointed === undefined ? undefined : shown[pointed];
  const tip = entry && [
    `${wordOf(words, entry.state)}${entry.durationMs === null ? "" : ` · ${format.duration(entry.durationMs)}`}`,
    `${format.instant(entry.at)} ${format.offset(entry.at)}`,
  ];
  const open = () => {
    if (entry?.runId) void navigate(`/runs/${encodeURIComponent(entry.runId)}`);
  };
  return (
    <Tooltip title={tip?.join("\n") ?? ""} followCursor enterDelay={0}>
      <Box
        component="svg"
        role="img"
        aria-label={m.strip(
          shown.length,
          summary(shown, (state) => wordOf(words, state)),
        )}
        viewBox={`0 0 ${width} ${height}`}
        onPointerMove={(event: PointerEvent<SVGSVGElement>) => setPointed(indexAt(event))}
        onPointerLeave={() => setPointed(undefined)}
        onClick={open}
        sx={{ width, height, display: "block", cursor: entry?.runId ? "pointer" : "default" }}
      >
        {bars.map((bar, index) => {
          const kind = stateKind(bar.entry.state);
          const colour = palette.state[kind];
          const x = offset + index * pitch;
          const isDim = pointed !== undefined && pointed !== index;
          return (
            <g key={`${bar.entry.at}-${bar.entry.runId ?? bar.entry.state}`} opacity={isDim ? 0.55 : 1} fill={colour}>
              {bar.height === 0 ? (
                <Gap x={x} base={height - 1} kind={kind} />
              ) : (
                <rect
                  x={x}
                  y={height - 1 - bar.height}
                  width={barWidth}
                  height={bar.height}
                  rx={1}
                  opacity={kind === "succeeded" ? 0.75 : 1}
                />
              )}
              {(kind === "failed" || kind === "lost") && bar.height > 0 && (
                <path
                  d={`M${x} ${Math.max(0.5, height - 1 - bar.height - 5)}l4 4m0 -4l-4 4`}
                  stroke={colour}
                  strokeWidth={1.4}
                  fill="none"
                />
              )}
            </g>
          );
        })}
      </Box>
    </Tooltip>
  );
}

function Gap({ x, base, kind }: { x: number; base: number; kind: string }) {
  if (kind === "missed") {
    return (
      <>
        <rect x={x + 1} y={base - 9} width={2} height={5.5} />
        <rect x={x + 1} y={base - 2} width={2} height={2} />
      </>
    );
  }
  return <rect x={x} y={base - 2} width={barWidth} height={1.6} />;
}

function summary(entries: readonly StripEntry[], word: (state: string) => string): string {
  const counts = new Map<string, number>();
  for (const { state } of entries) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${word(state)}`).join(", ");
}
