import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { Link, useNavigate } from "react-router-dom";
import { LoadingRows } from "../../components/loading-page.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { useRowKeyLabels } from "../../components/row-key-labels.ts";
import { useRowKeys } from "../../components/row-keys.ts";
import { ScrollTable } from "../../components/scroll-table.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { When } from "../../components/when.tsx";
import { useGroups, useUsers } from "../../services/people.ts";
import type { UserView } from "../../services/wire.ts";
import { usePeopleMessages } from "./messages.ts";

const none: readonly UserView[] = [];
const idOf = (user: UserView) => user.id;

export function UserList() {
  const m = usePeopleMessages();
  const [get, set] = useUrlState();
  const navigate = useNavigate();
  const users = useUsers();
  const groups = useGroups().data ?? [];
  const wanted = (get("q") ?? "").trim().toLowerCase();
  const rows = (users.data ?? none).filter(({ username, displayName, email }) =>
    [username, displayName, email].some((text) => text.toLowerCase().includes(wanted)),
  );
  const activeId = useRowKeys({
    rows,
    idOf,
    labels: useRowKeyLabels(),
    onOpen: (user) => void navigate(`/users/${user.id}`),
  });
  if (users.error) {
    return <ProblemView error={users.error} what={m.readFailed} onRetry={() => void users.refetch()} />;
  }
  if (users.isPending) return <LoadingRows />;
  return (
    <>
      <SearchField value={get("q")} label={m.search} onChange={(q) => set({ q }, { replace: true })} />
      {rows.length === 0 && <Box sx={{ py: 4, color: "text.secondary" }}>{m.noMatch}</Box>}
      {rows.length > 0 && (
        <ScrollTable
          columns={[
            { key: "user", label: m.columns.user },
            { key: "groups", label: m.columns.groups },
            { key: "rights", label: m.columns.rights, isWideOnly: true },
            { key: "last", label: m.columns.lastSignIn },
          ]}
        >
          {rows.map((user) => (
            <TableRow
              hover
              key={user.id}
              data-row={user.id}
              tabIndex={-1}
              sx={{
                outlineOffset: -2,
                boxShadow: activeId === user.id ? (theme) => `inset 2px 0 ${theme.palette.text.primary}` : undefined,
              }}
            >
              <TableCell sx={{ color: user.active ? undefined : "text.secondary" }}>
                <Box component={Link} to={`/users/${user.id}`} sx={{ fontWeight: 500, textDecoration: "none" }}>
                  {user.username}
                </Box>{" "}
                <Box component="span" sx={{ color: "text.secondary" }}>
                  {user.displayName}
                </Box>{" "}
                {!user.active && <Chip label={m.inactive} variant="outlined" />}
              </TableCell>
              <TableCell>
                {user.groupIds.map((id) => groups.find((group) => group.id === id)?.name ?? String(id)).join(", ")}
              </TableCell>
              <TableCell className="wide-only">
                {user.superuser
                  ? m.superuser
                  : user.permissions.length > 0 && m.permissionCount(user.permissions.length)}
              </TableCell>
              <TableCell sx={{ color: "text.secondary" }}>
                {user.lastSignInAt === null ? m.never : <When at={user.lastSignInAt} />}
              </TableCell>
            </TableRow>
          ))}
        </ScrollTable>
      )}
    </>
  );
}
