import AddIcon from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTheme } from "@mui/material/styles";
import useMediaQuery from "@mui/material/useMediaQuery";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router-dom";
import { EmptyState } from "../../../components/empty-state.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { NewRowsPill } from "../../../components/new-rows-pill.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { Pager } from "../../../components/pager.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useRowKeys } from "../../../components/row-keys.ts";
import { useSelection } from "../../../components/selection.ts";
import { useMay } from "../../../services/session.ts";
import type { RunSummary } from "../../../services/wire.ts";
import { useRunMessages } from "../messages.ts";
import { SendDialog } from "../send/send-dialog.tsx";
import { RunBulkBar } from "./run-bulk-bar.tsx";
import { RunFilters } from "./run-filters.tsx";
import { RunRowMenu } from "./run-row-menu.tsx";
import { RunRows } from "./run-rows.tsx";
import { RunTable } from "./run-table.tsx";
import { SearchDialog } from "./search-dialog.tsx";
import { useRunFilter } from "./use-run-filter.ts";
import { useSteadyRuns } from "./use-steady-runs.ts";

const ended = new Set(["succeeded", "failed", "cancelled", "expired", "lost"]);
const idOf = (row: RunSummary) => row.id;

export default function RunListPage() {
  const m = useRunMessages();
  const may = useMay();
  const navigate = useNavigate();
  const list = useRunFilter();
  const isNarrow = useMediaQuery(useTheme().breakpoints.down("md"));
  const [menu, setMenu] = useState<{ row: RunSummary; element: HTMLElement }>();
  const [isBusy, setBusy] = useState(false);
  const [isSending, setSending] = useState(false);
  const [isSearching, setSearching] = useState(false);
  // Of a list of everything, nobody means all.
  const { state, unhandled } = list.filter;
  const isRepeatable = unhandled === "true" || state?.split(",").every((one) => ended.has(one)) === true;

  const { answer, rows, isOther, waiting, showAll } = useSteadyRuns(list.filter, isBusy || menu !== undefined);
  const selection = useSelection(useMemo(() => rows.map(idOf), [rows]));
  const activeId = useRowKeys({
    rows,
    idOf,
    labels: m.keys,
    onOpen: (row) => void navigate(`/runs/${encodeURIComponent(row.id)}`),
    onSelect: (row) => selection.toggle(row.id),
    onActions: (row, element) => setMenu({ row, element }),
  });
  // Rows must not move away under what is about to be done with them.
  const isHolding = selection.ids.size > 0;
  if (isHolding !== isBusy) setBusy(isHolding);

  const isEmpty = answer.isSuccess && rows.length === 0;
  const sendButton = may("runs.send") && (
    <Button variant="contained" startIcon={<AddIcon />} onClick={() => setSending(true)}>
      {m.send}
    </Button>
  );
  return (
    <>
      <PageHead title={m.title}>
        {may("runs.send") && isRepeatable && rows.length > 0 && (
          <Button onClick={() => setSearching(true)}>{m.searchAll.open}</Button>
        )}
        {sendButton}
      </PageHead>
      {(!isEmpty || list.isNarrowed) && <RunFilters list={list} />}
      {answer.error && <ProblemView error={answer.error} what={m.readFailed} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <LoadingRows height={38} />}
      {isEmpty && <NoRuns list={list} next={answer.data?.next ?? null} sendButton={sendButton} />}
      {rows.length > 0 && (
        <Box aria-busy={isOther} sx={{ opacity: isOther ? 0.6 : 1 }}>
          <NewRowsPill count={waiting} onShow={showAll} />
          {isNarrow ? (
            <RunRows rows={rows} selection={selection} />
          ) : (
            <RunTable rows={rows} selection={selection} activeId={activeId} />
          )}
          {answer.data && <Pager page={answer.data} />}
        </Box>
      )}
      <RunBulkBar rows={rows} selection={selection} />
      <RunRowMenu at={menu} onClose={() => setMenu(undefined)} />
      {isSearching && <SearchDialog filter={list.filter} onClose={() => setSearching(false)} />}
      {isSending && <SendDialog onClose={() => setSending(false)} />}
    </>
  );
}

interface NoRunsProps {
  list: ReturnType<typeof useRunFilter>;
  /** A search goes through a stretch of the runs at a time: an empty page may have a next one. */
  next: string | null;
  sendButton: React.ReactNode;
}
function NoRuns({ list, next, sendButton }: NoRunsProps) {
  const m = useRunMessages();
  if (next !== null) {
    return (
      <EmptyState
        title={m.keepLooking.title}
        action={<Button onClick={() => list.set({ after: next })}>{m.keepLooking.action}</Button>}
      >
        {m.keepLooking.text}
      </EmptyState>
    );
  }
  if (list.isNarrowed || list.filter.after !== undefined) {
    return <EmptyState title={m.noMatch} action={<Button onClick={list.clear}>{m.filters.clear}</Button>} />;
  }
  return (
    <EmptyState title={m.empty.title} action={sendButton}>
      {m.empty.text}
    </EmptyState>
  );
}
