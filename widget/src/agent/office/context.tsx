/** What the pages of supervisors share: their own sentences, and what the rest of the console has. */
import { createContext, type JSX } from "preact";
import { useContext } from "preact/hooks";
import type { Translate } from "../../shared/translate.ts";
import type { OfficeKey } from "../catalogs.ts";
import { useConsole } from "../views/context.ts";
import { Icon } from "../views/icons.tsx";

export const OfficeContext = createContext<Translate<OfficeKey> | null>(null);

export function useWords(): Translate<OfficeKey> {
  const words = useContext(OfficeContext);
  if (!words) throw new Error("expected to be inside of OfficeContext");
  return words;
}

/** A phone has no rail beside these pages. */
export function BackLink(): JSX.Element {
  const { t } = useConsole();
  return (
    <a class="back-link" href="#/">
      <Icon name="back" size={18} /> {t("back_to_list")}
    </a>
  );
}
