import AddIcon from "@mui/icons-material/Add";
import Button from "@mui/material/Button";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { Link } from "react-router-dom";
import { PageHead } from "../../components/page-head.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { GroupList } from "./group-list.tsx";
import { usePeopleMessages } from "./messages.ts";
import { UserList } from "./user-list.tsx";

export default function PeoplePage() {
  const m = usePeopleMessages();
  const [get, set] = useUrlState();
  const isGroups = get("tab") === "groups";
  return (
    <>
      <PageHead title={m.title}>
        <Button
          variant="contained"
          startIcon={<AddIcon />}
          component={Link}
          to={isGroups ? "/groups/new" : "/users/new"}
        >
          {isGroups ? m.addGroup : m.addUser}
        </Button>
      </PageHead>
      <Tabs
        value={isGroups ? "groups" : "users"}
        onChange={(_, tab: string) => set({ tab: tab === "groups" ? tab : undefined, q: undefined })}
        sx={{ mb: 1.5 }}
      >
        <Tab value="users" label={m.users} />
        <Tab value="groups" label={m.groups} />
      </Tabs>
      {isGroups ? <GroupList /> : <UserList />}
    </>
  );
}
