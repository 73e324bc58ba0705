import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import Tooltip from "@mui/material/Tooltip";
import { type PointerEvent, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useWidth } from "../../../components/use-width.ts";
import { useStateWords, wordOf } from "../../../i18n/state-words.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { RunSummary } from "../../../services/wire.ts";
import { stateKind } from "../../../theme/states.ts";
import { durationStatistics } from "./duration-statistics.ts";
import { usePageMessages } from "./messages.ts";

const height = 120;
const top = 14;
const widest = 22;

/** The runs of the page, oldest on the left: height is duration, colour is outcome, the band is the average's. */
export function DurationChart({ runs }: { runs: readonly RunSummary[] }) {
  const m = usePageMessages();
  const { palette } = useTheme();
  const format = useFormat();
  const words = useStateWords();
  const navigate = useNavigate();
  const [ref, width] = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number>();

  const shown = [...runs].reverse();
  const durations = shown.flatMap((run) => (run.durationMs === null ? [] : [run.durationMs]));
  if (durations.length < 2) return null;
  const statistics = durationStatistics(
    shown.flatMap((run) => (run.state === "succeeded" && run.durationMs !== null ? [run.durationMs] : [])),
  );
  const longest = Math.max(1, ...durations, statistics?.toMs ?? 0);
  const y = (ms: number) => top + (height - top) * (1 - ms / longest);
  const pitch = Math.min(widest, width / shown.length);
  const left = width - pitch * shown.length;
  const indexAt = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - left;
    const index = Math.floor(x / pitch);
    return index >= 0 && index < shown.length ? index : undefined;
  };
  const run = pointed === undefined ? undefined : shown[pointed];
  const tip = run && [
    `${wordOf(words, run.state)}${run.durationMs === null ? "" : ` · ${format.duration(run.durationMs)}`}`,
    `${format.instant(run.queuedAt)} ${format.offset(run.queuedAt)}`,
  ];
  return (
    <Box ref={ref} sx={{ my: 2 }}>
      <Tooltip title={tip?.join("\n") ?? ""} followCursor enterDelay={0}>
        <Box
          component="svg"
          role="img"
          aria-label={`${m.runs.durations}${statistics ? `, ${m.runs.average(format.duration(statistics.meanMs))}` : ""}`}
          width={width}
          height={height + 1}
          onPointerMove={(event: PointerEvent<SVGSVGElement>) => setPointed(indexAt(event))}
          onPointerLeave={() => setPointed(undefined)}
          onClick={() => run && void navigate(`/runs/${encodeURIComponent(run.id)}`)}
          sx={{ display: "block", cursor: run ? "pointer" : "default" }}
        >
          {statistics && (
            <>
              <rect
                x={0}
                width={width}
                y={y(statistics.toMs)}
                height={y(statistics.fromMs) - y(statistics.toMs)}
                fill={palette.text.primary}
                opacity={0.06}
              />
              <line
                x1={0}
                x2={width}
                y1={y(statistics.meanMs)}
                y2={y(statistics.meanMs)}
                stroke={palette.text.secondary}
                strokeDasharray="3 3"
              />
            </>
          )}
          {shown.map((one, index) => {
            const kind = stateKind(one.state);
            const tall = one.durationMs === null ? 3 : Math.max(2, height - y(one.durationMs));
            return (
              <rect
                key={one.id}
                x={left + index * pitch + pitch * 0.15}
                y={height - tall}
                width={Math.max(1, pitch * 0.7)}
                height={tall}
                rx={1}
                fill={palette.state[kind]}
                opacity={pointed !== undefined && pointed !== index ? 0.45 : kind === "succeeded" ? 0.75 : 1}
              />
            );
          })}
          <line x1={0} x2={width} y1={height + 0.5} y2={height + 0.5} stroke={palette.divider} />
          {statistics && (
            <text
              x={4}
              y={Math.max(10, y(statistics.meanMs) - 5)}
              fontSize={11.5}
              fill={palette.text.primary}
              stroke={palette.background.default}
              strokeWidth={4}
              paintOrder="stroke"
            >
              {m.runs.average(format.duration(statistics.meanMs))}
            </text>
          )}
        </Box>
      </Tooltip>
    </Box>
  );
}
