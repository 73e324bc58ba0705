import Box from "@mui/material/Box";
import { Link } from "react-router-dom";
import type { RunSummary } from "../../../services/wire.ts";
import { useRunMessages } from "../messages.ts";

/** Who sent a run in a word or two: "by hand: admin"; undefined for what a schedule sent. */
export function useSender(): (run: Pick<RunSummary, "origin" | "originBy">) => string | undefined {
  const m = useRunMessages();
  return ({ origin, originBy }) => {
    switch (origin) {
      case "manual":
        return m.from.byHand(originBy ?? "");
      case "api":
        return m.from.api(originBy ?? "");
      case "rerun":
        return m.from.again(originBy ?? "");
      case "backfill":
        return m.from.backfill(originBy ?? "");
      case "task":
        return m.from.task;
      case "celery":
        return m.from.celery;
      case "import":
        return m.from.elsewhere;
      default:
        return undefined;
    }
  };
}

/** The periodic task that a run belongs to, or who sent it. */
export function RunOrigin({ run }: { run: RunSummary }) {
  const sender = useSender()(run);
  const { periodicTask } = run;
  return (
    <Box sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
      {periodicTask && (
        <Box
          component={Link}
          to={`/periodic-tasks/${periodicTask.id}`}
          sx={{ textDecoration: "none", "&:hover": { textDecoration: "underline" } }}
        >
          {periodicTask.name}
        </Box>
      )}
      {sender !== undefined && (
        <Box component="span" sx={{ color: "text.secondary", fontSize: periodicTask ? 12.5 : undefined }}>
          {periodicTask && " · "}
          {sender}
        </Box>
      )}
    </Box>
  );
}
