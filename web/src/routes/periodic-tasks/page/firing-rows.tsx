import Box from "@mui/material/Box";
import { Link } from "react-router-dom";
import { RunText } from "../../../components/run-text.tsx";
import { StateMark } from "../../../components/state-mark.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { type FiringsProps, FiringTimes, keyOf, RunFor, scheduleOf } from "./firing-parts.tsx";
import { usePageMessages } from "./messages.ts";

/** The ledger on a phone: the time, then the verdict with its reason. */
export function FiringRows({ task, firings, onBackfill }: FiringsProps) {
  const m = usePageMessages();
  const format = useFormat();
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, borderTop: 1, borderColor: "rule" }}>
      {firings.map((firing) => {
        const zone = scheduleOf(task, firing)?.zone;
        return (
          <Box
            component="li"
            key={keyOf(firing)}
            sx={{
              display: "grid",
              gridTemplateColumns: "minmax(0, 1fr) auto auto",
              columnGap: 1,
              alignItems: "center",
              py: 0.75,
              borderBottom: 1,
              borderColor: "rule",
              fontSize: 13.5,
            }}
          >
            <Box>
              <FiringTimes firing={firing} zone={zone} />
            </Box>
            <span>
              {firing.runId !== null && <Link to={`/runs/${encodeURIComponent(firing.runId)}`}>{m.firings.run}</Link>}
            </span>
            {onBackfill ? <RunFor firing={firing} zone={zone} onBackfill={onBackfill} /> : <span />}
            <Box sx={{ gridColumn: "1 / -1" }}>
              <StateMark state={firing.verdict} />{" "}
              <Box component="span" sx={{ fontSize: 12.5, color: "text.secondary" }}>
                {task.schedules.length > 1 && firing.scheduleName !== "" && `${firing.scheduleName} · `}
                <RunText text={format.text(firing.reasonText)} />
              </Box>
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}
