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
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what cannot be undone. What can be undone is done at once, with Undo. */
export function Confirm({ open, title, children, action, danger = false, busy = false, onConfirm, onClose }: Props) {
  const m = useComponentMessages();
  return (
    <Dialog open={open} onClose={onClose} maxWidth="xs" fullWidth>
      <DialogTitle>{title}</DialogTitle>
      <DialogContent>{children}</DialogContent>
      <DialogActions>
        <Button variant="text" onClick={onClose}>
          {m.cancel}
        </Button>
        <Button autoFocus variant="contained" color={danger ? "error" : "primary"} disabled={busy} onClick={onConfirm}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
