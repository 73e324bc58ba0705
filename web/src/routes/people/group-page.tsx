import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router-dom";
import { Confirm } from "../../components/confirm.tsx";
import { EditForm } from "../../components/edit-form/edit-form.tsx";
import { useEditFormMessages } from "../../components/edit-form/messages.ts";
import { useEditForm } from "../../components/edit-form/use-edit-form.ts";
import { LoadingPage } from "../../components/loading-page.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { useToast } from "../../components/toast.tsx";
import { removeGroup, saveGroup, useGroup, useUsers } from "../../services/people.ts";
import type { GroupView } from "../../services/wire.ts";
import { usePeopleMessages } from "./messages.ts";
import { PermissionPicker } from "./permission-picker.tsx";

const list = "/users?tab=groups";

/** `/groups/new` makes one. */
export default function GroupPage() {
  const m = usePeopleMessages();
  const { id } = useParams();
  const number = id === "new" ? undefined : Number(id);
  const { data, error, refetch } = useGroup(number);
  if (error && !data) {
    return (
      <Box sx={{ pt: 2 }}>
        <ProblemView error={error} what={m.readFailed} onRetry={() => void refetch()} />
      </Box>
    );
  }
  if (number !== undefined && !data) return <LoadingPage />;
  return <GroupForm key={id} group={data} />;
}

const draftOf = (group: GroupView | undefined) => ({
  name: group?.name ?? "",
  permissions: group?.permissions ?? [],
  version: group?.version,
});
type Draft = ReturnType<typeof draftOf>;

function GroupForm({ group }: { group: GroupView | undefined }) {
  const m = usePeopleMessages();
  const common = useEditFormMessages();
  const toast = useToast();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const form = useEditForm<Draft>({
    initial: draftOf(group),
    save: ({ version, ...draft }) => saveGroup(group?.id, { ...draft, ...(version === undefined ? {} : { version }) }),
    onSaved: () => {
      toast.say(common.saved);
      void navigate(list);
    },
    rebase: (current, mine) => ({
      ...(mine ?? draftOf(current as GroupView)),
      version: (current as GroupView).version,
    }),
  });
  const remove = async ({ id }: GroupView) => {
    setBusy(true);
    try {
      await removeGroup(id);
      toast.say(m.removeGroup.done);
      await navigate(list);
    } catch (error) {
      toast.fail(error);
      setBusy(false);
    }
  };
  return (
    <>
      <PageHead title={group?.name ?? m.newGroup} />
      <EditForm
        form={form}
        back={list}
        aside={
          group && (
            <Button color="error" onClick={() => setAsking(true)}>
              {m.user.remove}
            </Button>
          )
        }
      >
        <TextField
          label={m.group.name}
          value={form.draft.name}
          onChange={(event) => form.change({ name: event.target.value })}
          error={form.fields.at("/name") !== undefined}
          helperText={form.fields.at("/name")}
        />
        {group && <Members group={group} />}
        <div>
          <Box component="h2" sx={{ m: 0, mb: 1, typography: "h3" }}>
            {m.group.permissions}
          </Box>
          <PermissionPicker chosen={form.draft.permissions} onChange={(permissions) => form.change({ permissions })} />
        </div>
      </EditForm>
      {group && (
        <Confirm
          open={isAsking}
          danger
          title={m.removeGroup.title(group.name)}
          action={m.removeGroup.action}
          busy={isBusy}
          onConfirm={() => void remove(group)}
          onClose={() => setAsking(false)}
        >
          {m.removeGroup.text(group.users)}
        </Confirm>
      )}
    </>
  );
}

function Members({ group }: { group: GroupView }) {
  const m = usePeopleMessages();
  const members = useUsers().data?.filter((user) => user.groupIds.includes(group.id));
  if (!members) return null;
  return (
    <div>
      <Box component="h2" sx={{ m: 0, typography: "h3" }}>
        {m.group.members}
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, color: "text.secondary" }}>
        {members.length === 0 && m.group.noMembers}
        {members.map(({ id, username }) => (
          <Link key={id} to={`/users/${id}`}>
            {username}
          </Link>
        ))}
      </Box>
    </div>
  );
}
