import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import { EmptyState } from "../../components/empty-state.tsx";
import { FilterMenu } from "../../components/filter-menu.tsx";
import { useHeldRows } from "../../components/held-rows.ts";
import { LoadingRows } from "../../components/loading-page.tsx";
import { NewRowsPill } from "../../components/new-rows-pill.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { useScrolled } from "../../components/scrolled.ts";
import { useUrlState } from "../../components/url-state.ts";
import { useChanges } from "../../services/changes.ts";
import { useModels } from "../../services/models.ts";
import type { ChangeView } from "../../services/wire.ts";
import { ChangeRow, useResourceWord } from "./change-row.tsx";
import { useChangeMessages } from "./messages.ts";

const kinds = ["periodic-task", "pause", "calendar", "run", "user", "group", "token"];
const none: readonly ChangeView[] = [];
const idOf = (change: ChangeView) => change.id;

export default function ChangesPage() {
  const m = useChangeMessages();
  const [get, set] = useUrlState();
  const models = useModels().data ?? [];
  const word = useResourceWord();
  const filter = { resource: get("resource"), resourceId: get("resourceId"), after: get("after") };
  const answer = useChanges(filter);
  const { rows, waiting, showAll } = useHeldRows(answer.data?.items ?? none, {
    key: JSON.stringify(filter) + String(answer.isPlaceholderData),
    isHeld: useScrolled(),
    idOf,
  });
  const isNarrowed = filter.resource !== undefined || filter.resourceId !== undefined;
  const clear = () => set({ resource: undefined, resourceId: undefined });
  const resources = [...kinds, ...models.map(({ name }) => `model:${name}`)];
  return (
    <>
      <PageHead title={m.title} about={m.about} />
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, pb: 1 }}>
        <FilterMenu
          label={m.filter}
          value={filter.resource}
          onChange={(resource) => set({ resource, resourceId: undefined })}
          choices={resources.map((value) => ({ value, label: word(value), text: word(value) }))}
        />
        {filter.resourceId !== undefined && (
          <Chip
            label={m.only(rows[0]?.label ?? filter.resourceId)}
            onDelete={() => set({ resourceId: undefined })}
            sx={{ height: 30 }}
          />
        )}
        {isNarrowed && (
          <Button variant="text" onClick={clear} sx={{ textDecoration: "underline", color: "text.secondary" }}>
            {m.clear}
          </Button>
        )}
      </Box>
      {answer.error && <ProblemView error={answer.error} what={m.readFailed} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <LoadingRows />}
      {answer.isSuccess && rows.length === 0 && (
        <EmptyState title={isNarrowed ? m.noMatch : m.empty.title}>{!isNarrowed && m.empty.text}</EmptyState>
      )}
      {rows.length > 0 && (
        <>
          <NewRowsPill count={waiting} onShow={showAll} />
          <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, borderBottom: 1, borderColor: "rule" }}>
            {rows.map((change) => (
              <ChangeRow key={change.id} change={change} />
            ))}
          </Box>
          {answer.data && <Pager page={answer.data} />}
        </>
      )}
    </>
  );
}
