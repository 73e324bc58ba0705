import AddIcon from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTheme } from "@mui/material/styles";
import useMediaQuery from "@mui/material/useMediaQuery";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router-dom";
import { EmptyState } from "../../../components/empty-state.tsx";
import { useHeldRows } from "../../../components/held-rows.ts";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { NewRowsPill } from "../../../components/new-rows-pill.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { Pager } from "../../../components/pager.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useRowKeys } from "../../../components/row-keys.ts";
import { useScrolled } from "../../../components/scrolled.ts";
import { useSelection } from "../../../components/selection.ts";
import { usePeriodicTasks } from "../../../services/periodic-tasks.ts";
import { useMay } from "../../../services/session.ts";
import type { PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { ListFilters } from "./list-filters.tsx";
import { PeriodicTaskRows } from "./periodic-task-rows.tsx";
import { PeriodicTaskTable } from "./periodic-task-table.tsx";
import { RowMenu } from "./row-menu.tsx";
import { useListFilter } from "./use-list-filter.ts";

const idOf = (row: PeriodicTaskSummary) => row.id;
const none: readonly PeriodicTaskSummary[] = [];

export default function PeriodicTaskListPage() {
  const m = usePeriodicTaskMessages();
  const may = useMay();
  const navigate = useNavigate();
  const list = useListFilter();
  const answer = usePeriodicTasks(list.filter);
  const isNarrow = useMediaQuery(useTheme().breakpoints.down("md"));
  const isScrolled = useScrolled();
  const [menu, setMenu] = useState<{ row: PeriodicTaskSummary; element: HTMLElement }>();

  const fresh = answer.data?.items ?? none;
  const { rows, waiting, showAll } = useHeldRows(fresh, {
    key: JSON.stringify(list.filter) + String(answer.isPlaceholderData),
    isHeld: isScrolled,
    idOf,
  });
  const selection = useSelection(useMemo(() => rows.map(idOf), [rows]));
  const activeId = useRowKeys({
    rows,
    idOf,
    labels: m.keys,
    onOpen: (row) => void navigate(`/periodic-tasks/${row.id}`),
    onSelect: (row) => selection.toggle(row.id),
    onActions: (row, element) => setMenu({ row, element }),
  });
  // A narrowed page may be empty although the next is not: the server looks through a bounded stretch at a time.
  const isEmpty =
    answer.isSuccess && fresh.length === 0 && answer.data.next === null && list.filter.after === undefined;
  const isGap = answer.isSuccess && fresh.length === 0 && !isEmpty;

  const addButton = may("periodic-tasks.edit") && (
    <Button variant="contained" startIcon={<AddIcon />} component={Link} to="/periodic-tasks/new">
      {m.add}
    </Button>
  );
  return (
    <>
      <PageHead title={m.title}>
        <Button variant="text" component={Link} to="/pauses">
          {m.pauses}
        </Button>
        {addButton}
      </PageHead>
      {(!isEmpty || list.isNarrowed) && <ListFilters list={list} />}
      {answer.error && <ProblemView error={answer.error} what={m.readFailed} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <LoadingRows />}
      {isEmpty && list.isNarrowed && (
        <EmptyState title={m.noMatch} action={<Button onClick={list.clear}>{m.filters.clear}</Button>} />
      )}
      {isEmpty && !list.isNarrowed && (
        <EmptyState
          title={m.empty.title}
          action={
            may("periodic-tasks.edit") && (
              <Button variant="contained" component={Link} to="/periodic-tasks/new">
                {m.empty.action}
              </Button>
            )
          }
        >
          {m.empty.text}
        </EmptyState>
      )}
      {isGap && (
        <>
          <Box sx={{ py: 3, color: "text.secondary" }}>{m.gap}</Box>
          <Pager page={answer.data} />
        </>
      )}
      {rows.length > 0 && (
        <Box aria-busy={answer.isPlaceholderData} sx={{ opacity: answer.isPlaceholderData ? 0.6 : 1 }}>
          <NewRowsPill count={waiting} onShow={showAll} />
          {isNarrow ? (
            <PeriodicTaskRows rows={rows} selection={selection} />
          ) : (
            <PeriodicTaskTable
              rows={rows}
              selection={selection}
              activeId={activeId}
              sort={list.filter.sort ?? "name"}
              onSort={(sort) => list.set({ sort })}
            />
          )}
          {answer.data && <Pager page={answer.data} />}
        </Box>
      )}
      <BulkBar rows={rows} selection={selection} />
      <RowMenu at={menu} onClose={() => setMenu(undefined)} />
    </>
  );
}
