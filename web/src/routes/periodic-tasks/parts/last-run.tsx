import Box from "@mui/material/Box";
import { Link } from "react-router-dom";
import { StateMark } from "../../../components/state-mark.tsx";
import { When } from "../../../components/when.tsx";
import { useStateWords, wordOf } from "../../../i18n/state-words.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";

/** How the last run went: its outcome's mark, how long it took and when (not in the short form); leads to the run. */
export function LastRun({ last, isShort = false }: { last: PeriodicTaskSummary["last"]; isShort?: boolean }) {
  const m = usePeriodicTaskMessages();
  const format = useFormat();
  const words = useStateWords();
  if (!last) return <Box sx={{ color: "text.secondary" }}>{m.row.never}</Box>;
  return (
    <Box
      component={Link}
      to={`/runs/${encodeURIComponent(last.runId)}`}
      sx={{ textDecoration: "none", "&:hover": { textDecoration: "underline" } }}
    >
      <StateMark state={last.state}>
        {last.durationMs === null ? wordOf(words, last.state) : format.duration(last.durationMs)}
        {!isShort && (
          <Box component="span" sx={{ color: "text.secondary" }}>
            {" · "}
            <When at={last.at} />
          </Box>
        )}
      </StateMark>
    </Box>
  );
}
