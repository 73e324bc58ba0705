import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { StateMark } from "../../../components/state-mark.tsx";
import type { RunSummary } from "../../../services/wire.ts";
import { useRunMessages } from "../messages.ts";

/** How much of a run is done, from 0 to 1; undefined where its task does not say of how much. */
export function fraction({ progress }: Pick<RunSummary, "progress">): number | undefined {
  if (!progress || progress.total === null || progress.total <= 0) return undefined;
  return Math.min(1, Math.max(0, progress.current / progress.total));
}

/** A run's state; while it runs, how far it has come, and that it was asked to stop. */
export function RunStateMark({ run }: { run: RunSummary }) {
  const m = useRunMessages();
  const { palette } = useTheme();
  const done = run.state === "running" ? fraction(run) : undefined;
  return (
    <Box sx={{ display: "inline-flex", alignItems: "center", gap: 0.75, whiteSpace: "nowrap" }}>
      <StateMark state={run.state} retrying={run.retrying} />
      {done !== undefined && (
        <Box component="span" sx={{ color: "text.secondary", fontSize: 12.5 }}>
          {m.row.percent(Math.floor(done * 100))}
        </Box>
      )}
      {run.cancelRequestedAt !== null && run.endedAt === null && (
        <Box component="span" sx={{ color: palette.state.cancelled, fontSize: 12.5 }}>
          {m.row.cancelRequested}
        </Box>
      )}
    </Box>
  );
}
