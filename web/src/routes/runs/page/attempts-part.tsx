import Box from "@mui/material/Box";
import { StateMark } from "../../../components/state-mark.tsx";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { RunView } from "../../../services/wire.ts";
import { ErrorView } from "./error-view.tsx";
import { useRunPageMessages } from "./messages.ts";
import { Part } from "./part.tsx";

/** Every attempt with its outcome and what went wrong; the last one's error stands at the page's top already. */
export function AttemptsPart({ run }: { run: RunView }) {
  const m = useRunPageMessages();
  const format = useFormat();
  if (run.attempts.length === 0) return null;
  return (
    <Part title={m.attempts.title}>
      <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {run.attempts.map((attempt) => (
          <Box
            component="li"
            key={`${attempt.number}-${attempt.outcome}`}
            sx={{ py: 0.5, borderTop: 1, borderColor: "rule" }}
          >
            <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5, alignItems: "baseline" }}>
              <Box component="span" sx={{ color: "text.secondary", minWidth: 14 }}>
                {attempt.number}
              </Box>
              <StateMark state={attempt.outcome} />
              {attempt.startedAt !== null && attempt.endedAt !== null && (
                <span>{format.duration(attempt.endedAt - attempt.startedAt)}</span>
              )}
              <Box component="span" sx={{ color: "text.secondary", fontSize: 13 }}>
                {attempt.startedAt !== null && <When at={attempt.startedAt} />}
                {attempt.worker !== null && ` · ${m.attempts.on(attempt.worker)}`}
              </Box>
            </Box>
            {attempt.error && attempt.error.message !== run.error?.message && (
              <Box component="details" sx={{ mt: 0.25, "& > summary": { cursor: "pointer", fontSize: 13 } }}>
                <Box component="summary" sx={{ overflowWrap: "anywhere", color: "text.secondary" }}>
                  {attempt.error.message.split("\n")[0]}
                </Box>
                <ErrorView error={attempt.error} />
              </Box>
            )}
          </Box>
        ))}
      </Box>
    </Part>
  );
}
