import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router-dom";
import { EmptyState } from "../../components/empty-state.tsx";
import { LoadingRows } from "../../components/loading-page.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { ScrollTable } from "../../components/scroll-table.tsx";
import { useGroups } from "../../services/people.ts";
import { usePeopleMessages } from "./messages.ts";

export function GroupList() {
  const m = usePeopleMessages();
  const groups = useGroups();
  if (groups.error) {
    return <ProblemView error={groups.error} what={m.readFailed} onRetry={() => void groups.refetch()} />;
  }
  if (groups.isPending) return <LoadingRows />;
  if (groups.data.length === 0) {
    return (
      <EmptyState
        title={m.noGroups.title}
        action={
          <Button variant="contained" component={Link} to="/groups/new">
            {m.noGroups.action}
          </Button>
        }
      >
        {m.noGroups.text}
      </EmptyState>
    );
  }
  return (
    <ScrollTable
      columns={[
        { key: "group", label: m.columns.group },
        { key: "members", label: m.columns.members },
        { key: "permissions", label: m.columns.permissions },
      ]}
    >
      {groups.data.map((group) => (
        <TableRow hover key={group.id}>
          <TableCell>
            <Box component={Link} to={`/groups/${group.id}`} sx={{ fontWeight: 500, textDecoration: "none" }}>
              {group.name}
            </Box>
          </TableCell>
          <TableCell>{m.members(group.users)}</TableCell>
          <TableCell sx={{ color: "text.secondary" }}>{m.permissionCount(group.permissions.length)}</TableCell>
        </TableRow>
      ))}
    </ScrollTable>
  );
}
