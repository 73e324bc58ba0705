import Box from "@mui/material/Box";
import { useNow } from "../../components/now.ts";
import { StateMark } from "../../components/state-mark.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import type { RunSummary } from "../../services/wire.ts";
import { mono } from "../../theme/theme.ts";
import { useOverviewMessages } from "./messages.ts";
import { LinkRow, OverviewPart, Rows } from "./overview-part.tsx";

/** What is running, the longest first. */
export function RunningPart({ runs }: { runs: readonly RunSummary[] }) {
  const m = useOverviewMessages();
  const sorted = [...runs].sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  return (
    <OverviewPart
      title={m.running}
      more={{ to: "/runs?state=unpublished%2Cready%2Cscheduled%2Cheld%2Crunning", label: m.allRunning }}
    >
      {sorted.length === 0 ? (
        <Box sx={{ color: "text.secondary" }}>{m.nothingRuns}</Box>
      ) : (
        <Rows>
          {sorted.map((run) => (
            <LinkRow key={run.id} to={`/runs/${encodeURIComponent(run.id)}`}>
              <Running run={run} />
            </LinkRow>
          ))}
        </Rows>
      )}
    </OverviewPart>
  );
}

function Running({ run }: { run: RunSummary }) {
  const format = useFormat();
  const now = useNow();
  const { progress } = run;
  const share = progress?.total ? `${Math.floor((progress.current / progress.total) * 100)} %` : progress?.text;
  const secondary = { color: "text.secondary", fontSize: 13, whiteSpace: "nowrap" } as const;
  return (
    <>
      <StateMark state={run.state}>{null}</StateMark>
      <Box component="span" sx={{ flex: 1, minWidth: 0, overflow: "hidden", textOverflow: "ellipsis" }}>
        {run.periodicTask?.name ?? <span style={{ fontFamily: mono, fontSize: 13 }}>{run.task}</span>}
      </Box>
      <Box component="span" sx={secondary}>
        {share}
      </Box>
      <Box component="span" className="wide-only" sx={secondary}>
        {run.worker}
      </Box>
      <Box component="span" sx={{ minWidth: 80, textAlign: "right", whiteSpace: "nowrap" }}>
        {run.startedAt !== null && format.duration(Math.floor(Math.max(0, now - run.startedAt) / 1_000) * 1_000)}
      </Box>
    </>
  );
}
