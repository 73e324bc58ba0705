import type { Group, User } from "../../account/account-store.ts";
import type { GroupView, UserView } from "../contract.ts";

export const userViewOf = (user: User): UserView => ({
  ...user,
  groupIds: [...user.groupIds],
  permissions: [...user.permissions],
});

export const groupViewOf = (group: Group): GroupView => ({ ...group, permissions: [...group.permissions] });
