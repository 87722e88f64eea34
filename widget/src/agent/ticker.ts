/** One clock for every waiting time on the page: no timer per row. */
import { useEffect, useState } from "preact/hooks";

const listeners = new Set<(now: number) => void>();
let timer = 0;

function subscribe(listener: (now: number) => void): () => void {
  listeners.add(listener);
  if (!timer) timer = window.setInterval(() => listeners.forEach((tell) => tell(Date.now())), 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size) return;
    window.clearInterval(timer);
    timer = 0;
  };
}

/** This machine's time in milliseconds, once a second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => subscribe(setNow), []);
  return now;
}

/** "0:42", "12:05", from an hour on "1:02 h". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
}
