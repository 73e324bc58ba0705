import AddIcon from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTheme } from "@mui/material/styles";
import useMediaQuery from "@mui/material/useMediaQuery";
import { useMemo } from "react";
import { Link, useNavigate, useParams } from "react-router-dom";
import { EmptyState } from "../../../components/empty-state.tsx";
import { useHeldRows } from "../../../components/held-rows.ts";
import { LoadingPage, LoadingRows } from "../../../components/loading-page.tsx";
import { NewRowsPill } from "../../../components/new-rows-pill.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { Pager } from "../../../components/pager.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useRowKeyLabels } from "../../../components/row-key-labels.ts";
import { useRowKeys } from "../../../components/row-keys.ts";
import { useScrolled } from "../../../components/scrolled.ts";
import { useSelection } from "../../../components/selection.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import { useModels, useRecords } from "../../../services/models.ts";
import type { ModelRecord, ModelView } from "../../../services/wire.ts";
import { useModelMessages } from "../messages.ts";
import { useMayWith } from "../model-permission.ts";
import { RecordBulkBar } from "./record-bulk-bar.tsx";
import { RecordFilters } from "./record-filters.tsx";
import { RecordRows } from "./record-rows.tsx";
import { RecordTable, recordId } from "./record-table.tsx";
import { useRecordFilter } from "./use-record-filter.ts";

const none: readonly ModelRecord[] = [];

export default function RecordListPage() {
  const m = useModelMessages();
  const { name = "" } = useParams();
  const { data, error } = useModels();
  const model = data?.find((one) => one.name === name);
  if (error) return <ProblemView error={error} what={m.readFailed} />;
  if (!data) return <LoadingPage />;
  if (!model) return <EmptyState title={m.gone} />;
  return <RecordList key={name} model={model} />;
}

function RecordList({ model }: { model: ModelView }) {
  const m = useModelMessages();
  const format = useFormat();
  const navigate = useNavigate();
  const may = useMayWith(model.name);
  const list = useRecordFilter(model);
  const answer = useRecords(model.name, list.query);
  const isNarrow = useMediaQuery(useTheme().breakpoints.down("md"));
  const isScrolled = useScrolled();
  const { rows, waiting, showAll } = useHeldRows(answer.data?.items ?? none, {
    key: JSON.stringify(list.query) + String(answer.isPlaceholderData),
    isHeld: isScrolled,
    idOf: recordId,
  });
  const selection = useSelection(useMemo(() => rows.map(recordId), [rows]));
  const activeId = useRowKeys({
    rows,
    idOf: recordId,
    labels: useRowKeyLabels(),
    onOpen: (row) => void navigate(`/models/${encodeURIComponent(model.name)}/${encodeURIComponent(recordId(row))}`),
    ...(may("delete") && { onSelect: (row: ModelRecord) => selection.toggle(recordId(row)) }),
  });
  const isEmpty = answer.isSuccess && rows.length === 0;
  const addButton = may("add") && (
    <Button
      variant="contained"
      startIcon={<AddIcon />}
      component={Link}
      to={`/models/${encodeURIComponent(model.name)}/new`}
    >
      {format.text(model.label)}
    </Button>
  );
  return (
    <>
      <PageHead title={format.text(model.labelPlural)} about={<code>{model.name}</code>}>
        {addButton}
      </PageHead>
      {(!isEmpty || list.isNarrowed) && <RecordFilters model={model} list={list} />}
      {answer.error && <ProblemView error={answer.error} what={m.readFailed} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <LoadingRows />}
      {isEmpty && list.isNarrowed && (
        <EmptyState title={m.noMatch} action={<Button onClick={list.clear}>{m.clear}</Button>} />
      )}
      {isEmpty && !list.isNarrowed && (
        <EmptyState title={m.emptyTitle} action={addButton}>
          {m.emptyText}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <Box aria-busy={answer.isPlaceholderData} sx={{ opacity: answer.isPlaceholderData ? 0.6 : 1 }}>
          <NewRowsPill count={waiting} onShow={showAll} />
          {isNarrow ? (
            <RecordRows model={model} rows={rows} />
          ) : (
            <RecordTable
              model={model}
              rows={rows}
              selection={selection}
              isSelectable={may("delete")}
              activeId={activeId}
              sort={list.sort}
              onSort={(sort) => list.set({ sort })}
            />
          )}
          {answer.data && <Pager page={answer.data} />}
        </Box>
      )}
      <RecordBulkBar model={model.name} selection={selection} />
    </>
  );
}
