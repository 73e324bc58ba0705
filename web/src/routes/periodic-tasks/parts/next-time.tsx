import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { StateGlyph } from "../../../components/state-glyph.tsx";
import { When } from "../../../components/when.tsx";
import type { PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";

/** The next nominal time, or why there is none. */
export function NextTime({ task }: { task: PeriodicTaskSummary }) {
  const m = usePeriodicTaskMessages();
  const { palette } = useTheme();
  if (task.paused) {
    return (
      <Box sx={{ display: "inline-flex", alignItems: "center", gap: 0.5, color: palette.state.held, maxWidth: 220 }}>
        <StateGlyph state="held" size={12} />
        <Box
          component="span"
          sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
          title={m.row.paused(task.paused.reason)}
        >
          {m.row.paused(task.paused.reason)}
        </Box>
      </Box>
    );
  }
  if (!task.enabled) return <Box sx={{ color: "text.secondary" }}>{m.row.off}</Box>;
  if (task.nextAt === null) return <Box sx={{ color: "text.secondary" }}>{m.row.nothingNext}</Box>;
  const zone = task.schedules.find((schedule) => schedule.nextAt === task.nextAt)?.zone;
  return <When at={task.nextAt} zone={zone} />;
}
