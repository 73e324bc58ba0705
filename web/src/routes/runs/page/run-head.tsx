import Box from "@mui/material/Box";
import { Link } from "react-router-dom";
import { CopyButton } from "../../../components/copy-button.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { When } from "../../../components/when.tsx";
import type { RunView } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { RunStateMark } from "../parts/run-state.tsx";
import { useRunPageMessages } from "./messages.ts";
import { RunActions } from "./run-actions.tsx";

/** What ran, how it went and when; and what can be done about it. */
export function RunHead({ run }: { run: RunView }) {
  const m = useRunPageMessages();
  const name = run.periodicTask?.name ?? run.task;
  return (
    <PageHead
      title={name}
      heading={
        <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5, alignItems: "baseline" }}>
          <Box component={Link} to="/runs" sx={{ color: "text.secondary", fontWeight: 400, textDecoration: "none" }}>
            {m.allRuns}
            <Box component="span" aria-hidden sx={{ pl: 1.5 }}>
              /
            </Box>
          </Box>
          <Box component="span" sx={{ fontFamily: run.periodicTask ? undefined : mono }}>
            {name}
          </Box>
          <Box component="span" sx={{ fontSize: 14, fontWeight: 500 }}>
            <RunStateMark run={run} />
          </Box>
        </Box>
      }
      about={
        <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1, alignItems: "center" }}>
          {run.periodicTask && (
            <>
              <code style={{ fontFamily: mono }}>{run.task}</code>·
            </>
          )}
          <When at={run.queuedAt} />
          <Box component="span" className="wide-only">
            · <code style={{ fontFamily: mono }}>{run.id}</code>
          </Box>
          <CopyButton text={run.id} label={m.copyId} />
        </Box>
      }
    >
      <RunActions run={run} />
    </PageHead>
  );
}
