import Button from "@mui/material/Button";
import Snackbar from "@mui/material/Snackbar";
import SnackbarContent from "@mui/material/SnackbarContent";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { useProblemText } from "../i18n/problem-messages.ts";
import { problemOf } from "../services/problem.ts";
import { useComponentMessages } from "./messages.ts";
import { StateGlyph } from "./state-glyph.tsx";

interface Toast {
  id: number;
  text: string;
  failed: boolean;
  action: ToastAction | undefined;
}
export interface ToastAction {
  label: string;
  run: () => void;
}
interface Toasts {
  /** Says that something was done; with `undo`, it can be taken back for a while. */
  say: (text: string, undo?: () => void) => void;
  /** Says that something was done, and offers what may come next. */
  offer: (text: string, action: ToastAction) => void;
  /** Says what failed. */
  fail: (error: unknown, what?: string) => void;
}
const ToastContext = createContext<Toasts>({ say: () => undefined, offer: () => undefined, fail: () => undefined });
export const useToast = (): Toasts => useContext(ToastContext);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<Toast>();
  const [isOpen, setOpen] = useState(false);
  const problemText = useProblemText();
  const m = useComponentMessages();

  const show = useCallback((text: string, failed: boolean, action?: ToastAction) => {
    setToast((last) => ({ id: (last?.id ?? 0) + 1, text, failed, action }));
    setOpen(true);
  }, []);
  const value = useMemo<Toasts>(
    () => ({
      say: (text, undo) => show(text, false, undo && { label: m.undo, run: undo }),
      offer: (text, action) => show(text, false, action),
      fail: (error, what) => {
        const text = problemText(problemOf(error));
        show(what === undefined ? text : `${what} ${text}`, true);
      },
    }),
    [show, problemText, m],
  );

  return (
    <ToastContext.Provider value={value}>
      {children}
      <Snackbar
        key={toast?.id}
        open={isOpen}
        autoHideDuration={toast?.failed ? 10_000 : 6_000}
        onClose={(_, reason) => reason !== "clickaway" && setOpen(false)}
        anchorOrigin={{ vertical: "bottom", horizontal: "center" }}
      >
        <SnackbarContent
          role={toast?.failed ? "alert" : "status"}
          message={
            <span style={{ display: "inline-flex", alignItems: "center", gap: 8 }}>
              {toast?.failed && <StateGlyph state="failed" />}
              {toast?.text}
            </span>
          }
          action={
            <>
              {toast?.action && (
                <Button
                  variant="text"
                  color="inherit"
                  sx={{ fontWeight: 600 }}
                  onClick={() => {
                    toast.action?.run();
                    setOpen(false);
                  }}
                >
                  {toast.action.label}
                </Button>
              )}
              <Button variant="text" color="inherit" onClick={() => setOpen(false)}>
                {m.close}
              </Button>
            </>
          }
        />
      </Snackbar>
    </ToastContext.Provider>
  );
}
