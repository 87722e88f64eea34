/** Who the shopper is by the shop's own signature. */
import type { JSX } from "preact";
import type { Thread } from "../thread.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";

export function Verified({ thread }: { thread: Thread }): JSX.Element | null {
  const { t } = useConsole();
  const known = thread.detail?.brief.identity;
  if (!known) return null;
  return (
    <section class="part verified">
      <p>
        <Icon name="check" size={18} /> <strong>{known.name ?? known.email ?? known.subject}</strong>
      </p>
      <p class="quiet">
        {t("verified")}
        {known.name && known.email ? ` · ${known.email}` : ""}
      </p>
    </section>
  );
}
