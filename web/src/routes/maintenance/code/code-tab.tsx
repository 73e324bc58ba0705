import Box from "@mui/material/Box";
import { EmptyState } from "../../../components/empty-state.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { NoteLine } from "../../../components/note-line.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { useCodePlan } from "../../../services/ledger.ts";
import { useMaintenanceMessages } from "../messages.ts";
import { CodeRow } from "./code-row.tsx";

/** What the next deploy would do with the periodic tasks that code defines, and where edits differ from it. */
export function CodeTab() {
  const m = useMaintenanceMessages().code;
  const { number } = useFormat();
  const { data, error, refetch, isPending } = useCodePlan();
  const told = data?.items.filter(({ action, drift }) => action !== "none" || drift.length > 0) ?? [];
  const same = (data?.items.length ?? 0) - told.length;
  return (
    <Box sx={{ maxWidth: 960 }}>
      <Box sx={{ color: "text.secondary", mb: 1.5, textWrap: "pretty" }}>{m.about}</Box>
      {error && <ProblemView error={error} what={m.readFailed} onRetry={() => void refetch()} />}
      {isPending && <LoadingRows rows={3} />}
      {data && data.unread.length > 0 && <NoteLine state="failed">{m.unread(data.unread.join(m.join))}</NoteLine>}
      {data?.items.length === 0 && data.unread.length === 0 && (
        <EmptyState title={m.empty.title}>{m.empty.text}</EmptyState>
      )}
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {told.map((item) => (
          <CodeRow key={`${item.app}-${item.name}-${item.periodicTaskId ?? ""}`} item={item} />
        ))}
      </Box>
      {same > 0 && <NoteLine state="succeeded">{m.same(same, number(same))}</NoteLine>}
    </Box>
  );
}
