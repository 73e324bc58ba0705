import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { StateGlyph } from "../../../components/state-glyph.tsx";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";

/** When it fires next, or why it does not. */
export function NextTime({ task }: { task: PeriodicTaskSummary }) {
  const m = usePeriodicTaskMessages();
  const format = useFormat();
  const { paused, heldReason: held } = task;
  if (held)
    return (
      <Standing
        state={held.kind === "ended" ? "off" : "held"}
        text={m.held[held.kind]}
        title={format.text(held.text)}
      />
    );
  if (paused) {
    const text =
      paused.scope === "all"
        ? m.row.pausedAll(paused.reason)
        : paused.scope === "tag"
          ? m.row.pausedTag(paused.scopeId, paused.reason)
          : m.row.paused(paused.reason);
    return <Standing state="held" text={text} title={text} />;
  }
  if (!task.enabled) return <Box sx={{ color: "text.secondary" }}>{m.row.off}</Box>;
  if (task.nextAt === null) return <Box sx={{ color: "text.secondary" }}>{m.row.nothingNext}</Box>;
  const zone = task.schedules.find((schedule) => schedule.nextAt === task.nextAt)?.zone;
  return <When at={task.nextAt} zone={zone} />;
}

function Standing({ state, text, title }: { state: "held" | "off"; text: string; title: string }) {
  const { palette } = useTheme();
  return (
    <Box
      sx={{
        display: "inline-flex",
        alignItems: "center",
        gap: 0.5,
        color: state === "held" ? palette.state.held : "text.secondary",
        maxWidth: 220,
      }}
    >
      <StateGlyph state={state} size={12} />
      <Box component="span" sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }} title={title}>
        {text}
      </Box>
    </Box>
  );
}
