import AddIcon from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { useState } from "react";
import { Confirm } from "../../components/confirm.tsx";
import { LoadingRows } from "../../components/loading-page.tsx";
import { useNow } from "../../components/now.ts";
import { ProblemView } from "../../components/problem-view.tsx";
import { ScrollTable } from "../../components/scroll-table.tsx";
import { useToast } from "../../components/toast.tsx";
import { When } from "../../components/when.tsx";
import { revokeToken, useTokens } from "../../services/account.ts";
import type { TokenView } from "../../services/wire.ts";
import { useAccountMessages } from "./messages.ts";
import { TokenDialog } from "./token-dialog.tsx";

/** The own API tokens: what each is for, when it was used, and how to end it. */
export function TokensPart() {
  const m = useAccountMessages().tokens;
  const toast = useToast();
  const tokens = useTokens();
  const now = useNow(60_000);
  const [isAdding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<TokenView>();
  const revoke = async ({ id }: TokenView) => {
    try {
      await revokeToken(id);
      toast.say(m.revoked);
    } catch (error) {
      toast.fail(error);
    } finally {
      setRevoking(undefined);
    }
  };
  return (
    <Box component="section">
      <Box sx={{ display: "flex", alignItems: "start", gap: 2, mb: 1 }}>
        <Box sx={{ flex: 1 }}>
          <Box component="h2" sx={{ m: 0, typography: "h2" }}>
            {m.title}
          </Box>
          <Box sx={{ color: "text.secondary", maxWidth: 560 }}>{m.text}</Box>
        </Box>
        <Button variant="contained" startIcon={<AddIcon />} onClick={() => setAdding(true)}>
          {m.add}
        </Button>
      </Box>
      {tokens.error && <ProblemView error={tokens.error} what={m.readFailed} onRetry={() => void tokens.refetch()} />}
      {tokens.isPending && <LoadingRows rows={2} />}
      {tokens.data?.length === 0 && <Box sx={{ py: 2, color: "text.secondary" }}>{m.none}</Box>}
      {tokens.data && tokens.data.length > 0 && (
        <ScrollTable
          columns={[
            { key: "name", label: m.columns.name },
            { key: "created", label: m.columns.created, isWideOnly: true },
            { key: "used", label: m.columns.used },
            { key: "expires", label: m.columns.expires },
            { key: "revoke", label: "" },
          ]}
        >
          {tokens.data.map((token) => (
            <TableRow hover key={token.id}>
              <TableCell>{token.name}</TableCell>
              <TableCell className="wide-only">
                <When at={token.createdAt} />
              </TableCell>
              <TableCell>{token.lastUsedAt === null ? m.unused : <When at={token.lastUsedAt} />}</TableCell>
              <TableCell>
                {token.expiresAt === null ? m.never : token.expiresAt < now ? m.ended : <When at={token.expiresAt} />}
              </TableCell>
              <TableCell className="number">
                <Button variant="text" onClick={() => setRevoking(token)}>
                  {m.revoke}
                </Button>
              </TableCell>
            </TableRow>
          ))}
        </ScrollTable>
      )}
      {isAdding && <TokenDialog onClose={() => setAdding(false)} />}
      {revoking && (
        <Confirm
          open
          danger
          title={m.revokeTitle(revoking.name)}
          action={m.revoke}
          onConfirm={() => void revoke(revoking)}
          onClose={() => setRevoking(undefined)}
        >
          {m.revokeText}
        </Confirm>
      )}
    </Box>
  );
}
