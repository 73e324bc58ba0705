import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import type { ReactNode } from "react";
import { useComponentMessages } from "./messages.ts";

interface Props {
  open: boolean;
  title: string;
  /** What it will do, in numbers. */
  children: ReactNode;
  /** The verb, with its number: "Delete 12 periodic tasks". */
  action: string;
  /** What leaves things as they are, where "Cancel" could be taken for the action. */
  keep?: string | undefined;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what cannot be undone. What can be undone is done at once, with Undo. */
export function Confirm(props: Props) {
  const { open, title, children, action, keep, danger = false, busy = false, onConfirm, onClose } = props;
  const m = useComponentMessages();
  return (
    <Dialog open={open} onClose={onClose} maxWidth="xs" fullWidth>
      <DialogTitle>{title}</DialogTitle>
      <DialogContent>{children}</DialogContent>
      <DialogActions>
        <Button variant="text" onClick={onClose}>
          {keep ?? m.cancel}
        </Button>
        <Button autoFocus variant="contained" color={danger ? "error" : "primary"} disabled={busy} onClick={onConfirm}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
