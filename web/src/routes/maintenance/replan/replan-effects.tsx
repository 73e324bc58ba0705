import Box from "@mui/material/Box";
import { PlanEffectsView } from "../../../components/plan-effects/plan-effects-view.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import type { useReplanPreview } from "../../../services/replans.ts";
import { useMaintenanceMessages } from "../messages.ts";

interface Props {
  preview: ReturnType<typeof useReplanPreview>;
  span: "year" | "next";
}

export function ReplanEffects({ preview: { data, error, refetch }, span }: Props) {
  const m = useMaintenanceMessages();
  return (
    <Box sx={{ mt: 1.5 }}>
      {error && <ProblemView error={error} what={m.replan.previewFailed} onRetry={() => void refetch()} />}
      {!error && !data && (
        <Box role="status" sx={{ color: "text.secondary" }}>
          {m.replan.checking}
        </Box>
      )}
      {data && <PlanEffectsView effects={data} span={span} />}
    </Box>
  );
}
