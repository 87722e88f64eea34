/** What whoever answers for the shop's data can do for one shopper: give everything out, or erase it for good. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { HttpFault, request } from "../http.ts";
import type { Row } from "../protocol.ts";
import { useConsole } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";

const address = (row: Row): string => `/api/conversations/${row.id}/person`;

export function PersonalData({ row }: { row: Row }): JSX.Element | null {
  const { state, t } = useConsole();
  const [asking, ask] = useState(false);
  if (state.session?.agent.role !== "admin") return null;
  return (
    <section class="part">
      <a class="link" href={address(row)} download={`shopper-${row.id}.json`}>
        {t("person_export")}
      </a>
      <button type="button" class="button danger" onClick={() => ask(true)}>
        <Icon name="stop" size={17} /> {t("person_erase")}
      </button>
      <p class="quiet">{t("person_hint")}</p>
      {asking && <Erase row={row} onClose={() => ask(false)} />}
    </section>
  );
}

/** Cannot be undone: asked once more, in words that say what goes and what stays. */
function Erase({ row, onClose }: { row: Row; onClose: () => void }): JSX.Element {
  const { t } = useConsole();
  const [receipt, setReceipt] = useState("");
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  // The lists still know the conversation: they are read anew.
  const close = (): void => {
    if (!receipt) return onClose();
    location.hash = "#/";
    location.reload();
  };
  const erase = async (): Promise<void> => {
    setBusy(true);
    try {
      setReceipt((await request<{ receipt: string }>("DELETE", address(row))).receipt);
    } catch (error) {
      setFailed(error instanceof HttpFault ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <Dialog title={t("person_erase")} closeLabel={t("close")} onClose={close}>
      <p role="status">{receipt ? t("person_erased", { receipt }) : failed || t("person_sure")}</p>
      <footer>
        <button type="button" class="button" autofocus onClick={close}>
          {t(receipt ? "close" : "cancel")}
        </button>
        {!receipt && (
          <button type="button" class="button danger" disabled={busy} onClick={() => void erase()}>
            {t("person_erase_now")}
          </button>
        )}
      </footer>
    </Dialog>
  );
}
