import Box from "@mui/material/Box";
import { type ReactNode, useState } from "react";
import { NoteLine } from "../../../components/note-line.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { replan, type ZoneMoves } from "../../../services/replans.ts";
import type { ReplanReport } from "../../../services/wire.ts";
import { useMaintenanceMessages } from "../messages.ts";

/** Plans anew and says what came of it; what could not be planned stays in sight. */
export function useReplan(): { run: (zones: ZoneMoves) => Promise<boolean>; isBusy: boolean; result: ReactNode } {
  const m = useMaintenanceMessages();
  const { number } = useFormat();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  const [failed, setFailed] = useState<ReplanReport["failed"]>([]);
  const [error, setError] = useState<unknown>();
  const run = async (zones: ZoneMoves) => {
    setBusy(true);
    setError(undefined);
    try {
      const report = await replan(zones);
      setFailed(report.failed);
      toast.say(m.replan.done(report.replanned, number(report.replanned), number(report.changed)));
      return true;
    } catch (refusal) {
      setError(refusal);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { run, isBusy, result: <Result failed={failed} error={error} /> };
}

function Result({ failed, error }: { failed: ReplanReport["failed"]; error: unknown }) {
  const m = useMaintenanceMessages();
  const format = useFormat();
  return (
    <Box sx={{ mt: 1.5 }}>
      {error !== undefined && <ProblemView error={error} />}
      {failed.length > 0 && (
        <>
          <NoteLine state="failed">{m.replan.failed(failed.length)}</NoteLine>
          {failed.map(({ scheduleId, detail, text }) => (
            <Box key={scheduleId} sx={{ pl: 2.5, fontSize: 13 }}>
              {m.replan.schedule(scheduleId)}: {text ? format.text(text) : detail}
            </Box>
          ))}
        </>
      )}
    </Box>
  );
}
