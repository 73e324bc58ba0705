import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import { useTheme } from "@mui/material/styles";
import { useFormat } from "../../../i18n/use-format.ts";
import type { RunView } from "../../../services/wire.ts";
import { stateKind } from "../../../theme/states.ts";
import { fraction } from "../parts/run-state.tsx";

/** How far the run has come, as its task reports it; the last report stays when the run has ended. */
export function RunProgress({ run }: { run: RunView }) {
  const format = useFormat();
  const { palette } = useTheme();
  if (!run.progress) return null;
  const { current, total, text } = run.progress;
  const done = fraction(run);
  const isRunning = run.state === "running";
  const numbers = total === null ? format.number(current) : `${format.number(current)} / ${format.number(total)}`;
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1.5, fontSize: 13 }}>
      {(done !== undefined || isRunning) && (
        <LinearProgress
          aria-label={numbers}
          variant={done === undefined ? "indeterminate" : "determinate"}
          value={(done ?? 0) * 100}
          sx={{
            flex: "1 1 120px",
            maxWidth: 420,
            height: 6,
            borderRadius: 3,
            bgcolor: "rule",
            "& .MuiLinearProgress-bar": { bgcolor: palette.state[stateKind(run.state)] },
          }}
        />
      )}
      <Box sx={{ whiteSpace: "nowrap" }}>{numbers}</Box>
      {text && (
        <Box sx={{ color: "text.secondary", minWidth: 0, overflow: "hidden", textOverflow: "ellipsis" }}>{text}</Box>
      )}
    </Box>
  );
}
