import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useNavigate } from "react-router-dom";
import { EditForm } from "../../components/edit-form/edit-form.tsx";
import { useEditFormMessages } from "../../components/edit-form/messages.ts";
import { useEditForm } from "../../components/edit-form/use-edit-form.ts";
import { NoteLine } from "../../components/note-line.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { PasswordField } from "../../components/password-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { saveUser, useGroups } from "../../services/people.ts";
import { isProblem } from "../../services/problem.ts";
import { useSession } from "../../services/session.ts";
import type { UserView } from "../../services/wire.ts";
import { usePeopleMessages } from "./messages.ts";
import { PermissionPicker } from "./permission-picker.tsx";
import { RemoveUser, SetPassword } from "./user-dialogs.tsx";

const draftOf = (user: UserView | undefined) => ({
  username: user?.username ?? "",
  displayName: user?.displayName ?? "",
  email: user?.email ?? "",
  active: user?.active ?? true,
  superuser: user?.superuser ?? false,
  groupIds: user?.groupIds ?? [],
  permissions: user?.permissions ?? [],
  version: user?.version,
  password: "",
});
type Draft = ReturnType<typeof draftOf>;

const list = "/users";

export function UserForm({ user }: { user: UserView | undefined }) {
  const m = usePeopleMessages();
  const common = useEditFormMessages();
  const toast = useToast();
  const navigate = useNavigate();
  const groups = useGroups().data ?? [];
  const session = useSession();
  const [asking, setAsking] = useState<"password" | "remove">();
  const form = useEditForm<Draft>({
    initial: draftOf(user),
    save: ({ password, version, ...draft }) =>
      saveUser(user?.id, {
        ...draft,
        ...(version === undefined ? {} : { version }),
        ...(user || password === "" ? {} : { password }),
      }),
    onSaved: () => {
      toast.say(common.saved);
      void navigate(list);
    },
    rebase: (current, mine) => ({ ...(mine ?? draftOf(current as UserView)), version: (current as UserView).version }),
  });
  const { draft, change, fields } = form;
  const text = (name: "username" | "displayName" | "email", autoComplete = "off") => (
    <TextField
      label={m.user[name]}
      value={draft[name]}
      onChange={(event) => change({ [name]: event.target.value })}
      error={fields.at(`/${name}`) !== undefined}
      helperText={fields.at(`/${name}`)}
      slotProps={{ htmlInput: { autoComplete, spellCheck: false } }}
    />
  );
  const choice = (name: "active" | "superuser", help: string, isDisabled = false) => (
    <div>
      <FormControlLabel
        control={
          <Switch
            checked={draft[name]}
            disabled={isDisabled}
            onChange={(event) => change({ [name]: event.target.checked })}
          />
        }
        label={m.user[name]}
      />
      <FormHelperText sx={{ mt: 0 }}>{help}</FormHelperText>
    </div>
  );
  const givenBy = (code: string) =>
    groups
      .filter(({ id, permissions }) => draft.groupIds.includes(id) && permissions.includes(code))
      .map(({ name }) => name);
  return (
    <>
      <PageHead title={user?.username ?? m.newUser}>
        {user && <Button onClick={() => setAsking("password")}>{m.user.setPassword}</Button>}
      </PageHead>
      <EditForm
        form={form}
        back={list}
        aside={
          user && (
            <Button color="error" onClick={() => setAsking("remove")}>
              {m.user.remove}
            </Button>
          )
        }
      >
        {text("username")}
        {text("displayName")}
        {text("email")}
        {!user && (
          <PasswordField
            label={m.user.password}
            value={draft.password}
            onChange={(password) => change({ password })}
            error={fields.at("/password")}
            help={m.user.passwordHelp}
            autoComplete="new-password"
          />
        )}
        {choice("active", m.user.activeHelp)}
        {user?.active && !draft.active && <NoteLine state="missed">{m.user.inactiveHelp}</NoteLine>}
        {/* Only a superuser can make one. */}
        {choice("superuser", m.user.superuserHelp, !session?.user.superuser)}
        {isProblem(form.error, "last_superuser") && <NoteLine state="failed">{m.lastSuperuser}</NoteLine>}
        <Box component="fieldset" sx={{ m: 0, p: 0, border: 0 }}>
          <Box component="legend" sx={{ p: 0, typography: "h3" }}>
            {m.user.groups}
          </Box>
          {groups.length === 0 && <Box sx={{ color: "text.secondary" }}>{m.user.noGroups}</Box>}
          {groups.map(({ id, name }) => (
            <FormControlLabel
              key={id}
              control={
                <Checkbox
                  checked={draft.groupIds.includes(id)}
                  onChange={(event) =>
                    change({
                      groupIds: event.target.checked
                        ? [...draft.groupIds, id]
                        : draft.groupIds.filter((other) => other !== id),
                    })
                  }
                />
              }
              label={name}
            />
          ))}
        </Box>
        <div>
          <Box component="h2" sx={{ m: 0, typography: "h3" }}>
            {m.user.permissions}
          </Box>
          <FormHelperText sx={{ mt: 0, mb: 1 }}>{m.user.permissionsHelp}</FormHelperText>
          <PermissionPicker
            chosen={draft.permissions}
            onChange={(permissions) => change({ permissions })}
            givenBy={givenBy}
            isDisabled={draft.superuser}
          />
        </div>
      </EditForm>
      {user && asking === "password" && <SetPassword user={user} onClose={() => setAsking(undefined)} />}
      {user && asking === "remove" && <RemoveUser user={user} onClose={() => setAsking(undefined)} />}
    </>
  );
}
