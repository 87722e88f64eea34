/** Parts of the page that are loaded when they are wanted, with their sentences and their style. */
import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { HttpFault } from "../../agent/http.ts";
import { useBoard } from "./board.ts";
import { Waiting } from "./panel.tsx";

type Parts = typeof import("../later/main.tsx").PARTS;
type Props<Name extends keyof Parts> = Parts[Name] extends ComponentType<infer Given> ? Given : never;

/** Fetched before it is wanted, once the page has nothing else to do. */
export const prefetch = (): void => void (window.requestIdleCallback ?? window.setTimeout)(() => void import("../later/main.tsx").catch(() => undefined));

export function Later<Name extends keyof Parts>({ part, ...props }: { part: Name } & Props<Name>): JSX.Element | null {
  const { language } = useBoard();
  const [parts, setParts] = useState<Parts | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let current = true;
    const load = async (): Promise<void> => {
      const { PARTS, prepare } = await import("../later/main.tsx");
      await prepare(language);
      if (current) setParts({ ...PARTS });
    };
    load().catch(() => current && setFailed(true));
    return () => void (current = false);
  }, [language, failed]);
  const Part = parts?.[part] as ComponentType<typeof props> | undefined;
  if (Part) return <Part {...props} />;
  return part === "Drill" && !failed ? null : <Waiting asked={{ fault: failed ? new HttpFault("offline") : null, retry: () => setFailed(false) }} />;
}
