/** The pages of supervisors and admins: how things stand now, and what the shop has set up. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { adopt } from "../../shared/sheets.ts";
import type { Translate } from "../../shared/translate.ts";
import { loadOffice, type OfficeKey } from "../catalogs.ts";
import { useConsole } from "../views/context.ts";
import { Skeleton } from "../views/list.tsx";
import { isSupervisor } from "../views/rows.ts";
import { OfficeContext } from "./context.tsx";
import sheet from "./office.css";
import { ShopSettings } from "./settings.tsx";
import { Supervision } from "./supervision.tsx";

adopt(document, sheet);

export function Office(): JSX.Element {
  const { state, t, preferences, route } = useConsole();
  const [words, setWords] = useState<Translate<OfficeKey> | null>(null);
  useEffect(() => void loadOffice(preferences.language).then((loaded) => setWords(() => loaded)), [preferences.language]);
  if (!isSupervisor(state)) {
    return (
      <main class="office">
        <p class="empty">{t("error_forbidden")}</p>
      </main>
    );
  }
  if (!words) {
    return (
      <main class="office">
        <Skeleton />
      </main>
    );
  }
  return (
    <OfficeContext.Provider value={words}>
      <main class="office">{route.page === "settings" ? <ShopSettings section={route.section} /> : <Supervision />}</main>
    </OfficeContext.Provider>
  );
}
