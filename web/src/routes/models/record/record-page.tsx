import Box from "@mui/material/Box";
import { useParams } from "react-router-dom";
import { EmptyState } from "../../../components/empty-state.tsx";
import { LoadingPage } from "../../../components/loading-page.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useModels, useRecord } from "../../../services/models.ts";
import { useModelMessages } from "../messages.ts";
import { RecordForm } from "./record-form.tsx";

/** `/models/NAME/new` adds one. */
export default function RecordPage() {
  const m = useModelMessages();
  const { name = "", id = "" } = useParams();
  const models = useModels();
  const isNew = id === "new";
  const record = useRecord(name, isNew ? undefined : id);
  const error = models.error ?? record.error;
  if (error && !record.data) {
    return (
      <Box sx={{ pt: 2 }}>
        <ProblemView error={error} what={m.readFailed} onRetry={() => void record.refetch()} />
      </Box>
    );
  }
  const model = models.data?.find((one) => one.name === name);
  if (!models.data || (!isNew && !record.data)) return <LoadingPage />;
  if (!model) return <EmptyState title={m.gone} />;
  return <RecordForm key={`${name}/${id}`} model={model} record={isNew ? undefined : record.data} />;
}
