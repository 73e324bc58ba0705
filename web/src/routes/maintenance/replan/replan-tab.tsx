import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { NoteLine } from "../../../components/note-line.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { useReplanPreview, useReplanState } from "../../../services/replans.ts";
import { useMay } from "../../../services/session.ts";
import type { ReplanState } from "../../../services/wire.ts";
import { useMaintenanceMessages } from "../messages.ts";
import { ReplanEffects } from "./replan-effects.tsx";
import { useReplan } from "./use-replan.tsx";
import { ZonePart } from "./zone-part.tsx";

/** What is planned with an older tz database, and moves from one zone to another: what would change, and then doing it. */
export function ReplanTab() {
  const m = useMaintenanceMessages();
  const { data, error, refetch, isPending } = useReplanState(true);
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 4, maxWidth: 760 }}>
      <section>
        {error && <ProblemView error={error} what={m.replan.readFailed} onRetry={() => void refetch()} />}
        {isPending && <LoadingRows rows={2} />}
        {data && (data.due ? <Outdated state={data} /> : <UpToDate version={data.tzVersion} />)}
      </section>
      <ZonePart />
    </Box>
  );
}

function UpToDate({ version }: { version: string }) {
  const m = useMaintenanceMessages();
  return (
    <>
      <Box component="h2" sx={{ m: 0, typography: "h2" }}>
        {m.replan.upToDate}
      </Box>
      <NoteLine state="succeeded">{m.replan.upToDateText(version)}</NoteLine>
    </>
  );
}

const everything = {};

function Outdated({ state: { schedules, plannedWith, tzVersion, calendarIds } }: { state: ReplanState }) {
  const m = useMaintenanceMessages();
  const may = useMay();
  const { number } = useFormat();
  const preview = useReplanPreview(everything);
  const { run, isBusy, result } = useReplan();
  const older = plannedWith.filter((version) => version !== tzVersion);
  const text = schedules.capped ? m.replan.atLeast(number(schedules.value)) : number(schedules.value);
  return (
    <>
      <Box component="h2" sx={{ m: 0, typography: "h2" }}>
        {m.replan.due(schedules.value, text)}
      </Box>
      {older.length > 0 && <NoteLine state="missed">{m.replan.tz(older.join(", "), tzVersion)}</NoteLine>}
      {calendarIds.length > 0 && <NoteLine state="missed">{m.replan.calendars(calendarIds.length)}</NoteLine>}
      <ReplanEffects preview={preview} span="next" />
      {may("periodic-tasks.edit") && (
        <Button
          variant="contained"
          loading={isBusy}
          disabled={!preview.data}
          onClick={() => void run(everything)}
          sx={{ mt: 2 }}
        >
          {m.replan.action}
        </Button>
      )}
      {result}
    </>
  );
}
