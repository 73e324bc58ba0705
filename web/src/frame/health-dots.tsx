import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import Popover from "@mui/material/Popover";
import { useTheme } from "@mui/material/styles";
import { useState } from "react";
import { Link } from "react-router-dom";
import { StateGlyph } from "../components/state-glyph.tsx";
import { useFormat } from "../i18n/use-format.ts";
import { useHealth } from "../services/health.ts";
import { useMay } from "../services/session.ts";
import type { Health } from "../services/wire.ts";
import { beatLevel, type Level, lateAfterMs, otherProblems, workerLevel } from "./health-levels.ts";
import { useFrameMessages } from "./messages.ts";

const glyphs = { ok: "succeeded", warning: "missed", error: "failed", unknown: "waiting" } as const;

/** Always in sight: how many beats and workers live, red when schedules are late, amber when a queue waits for a worker. */
export function HealthDots() {
  const m = useFrameMessages();
  const { palette } = useTheme();
  const { data: health } = useHealth();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const dot = (level: Level, label: string) => (
    <Box
      component="span"
      data-level={level}
      sx={{
        display: "inline-flex",
        alignItems: "center",
        gap: 0.5,
        color: level === "ok" ? "text.secondary" : palette.state[glyphs[level]],
      }}
    >
      <StateGlyph state={glyphs[level]} size={11} />
      {label}
    </Box>
  );
  return (
    <>
      <ButtonBase
        aria-label={m.health.label}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{
          gap: 1.25,
          px: 1,
          fontFamily: "inherit",
          height: 32,
          borderRadius: 1,
          fontSize: 13,
          whiteSpace: "nowrap",
          "&:hover": { bgcolor: "action.hover" },
        }}
      >
        {dot(beatLevel(health), m.health.beats(health?.beats ?? 0))}
        {dot(workerLevel(health), m.health.workers(health?.workers ?? 0))}
      </ButtonBase>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        transformOrigin={{ vertical: "top", horizontal: "right" }}
      >
        <Explanation health={health} onLeave={() => setAnchor(null)} />
      </Popover>
    </>
  );
}

function Explanation({ health, onLeave }: { health: Health | undefined; onLeave: () => void }) {
  const may = useMay();
  const m = useFrameMessages();
  const format = useFormat();
  if (!health) return <Box sx={{ p: 2 }}>{m.health.unknown}</Box>;
  const line = (level: "ok" | "warning" | "error", text: React.ReactNode, key?: string) => (
    <Box key={key} sx={{ display: "flex", gap: 1, alignItems: "baseline" }}>
      <Box sx={{ position: "relative", top: 1 }}>
        <StateGlyph state={glyphs[level]} size={12} />
      </Box>
      <span>{text}</span>
    </Box>
  );
  const isLate = health.oldestDueMs > lateAfterMs;
  return (
    <Box sx={{ p: 2, display: "grid", gap: 1, maxWidth: 380, fontSize: 13.5 }}>
      {health.beats > 0 && health.workers > 0 && line("ok", m.health.explain(health.beats, health.workers))}
      {health.beats === 0 &&
        line(
          "error",
          <>
            {m.health.noBeat} <code>hyoshi beat</code>
          </>,
        )}
      {health.workers === 0 &&
        line(
          "error",
          <>
            {m.health.noWorker} <code>hyoshi worker</code>
          </>,
        )}
      {isLate
        ? line("error", m.health.late(format.duration(health.oldestDueMs)))
        : health.beats > 0 && line("ok", m.health.onTime)}
      {health.queuesWithoutWorker.map(({ queue, waiting }) => line("warning", m.health.queue(queue, waiting), queue))}
      {otherProblems(health).map((problem) =>
        line(problem.severity, format.text(problem.text), problem.code + problem.text.en),
      )}
      {may("workers.view") && (
        <Box component={Link} to="/workers" onClick={onLeave} sx={{ fontSize: 13 }}>
          {m.health.more}
        </Box>
      )}
    </Box>
  );
}
