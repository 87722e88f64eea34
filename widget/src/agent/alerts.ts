/** What calls an agent back to the tab: its title, a sound, a desktop notification. */
import type { QueueItem } from "./protocol.ts";

/** Hand-offs that wait now and did not before; a first look at the queue is not news. */
export const newlyWaiting = (after: readonly QueueItem[], before: readonly QueueItem[]): QueueItem[] => {
  const known = new Set(before.map((item) => item.handoff.id));
  return after.filter((item) => !known.has(item.handoff.id));
};

/** The title of the tab: an offer stands before everything else, then how much is unread or waits. */
export const pageTitle = (name: string, count: number, offer = ""): string => (offer ? `● ${offer}` : count ? `(${count}) ${name}` : name);

let audio: AudioContext | undefined;

/** Two soft tones. Browsers allow sound only after a first gesture on the page; before it this does nothing. */
export function chime(): void {
  if (navigator.userActivation?.hasBeenActive === false) return;
  try {
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume();
    for (const [index, frequency] of [659, 880].entries()) {
      const at = audio.currentTime + index * 0.14;
      const tone = new OscillatorNode(audio, { frequency, type: "sine" });
      const gain = new GainNode(audio, { gain: 0 });
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(0.12, at + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
      tone.connect(gain).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.5);
    }
  } catch {
    // No sound device.
  }
}

export const mayNotify = (): boolean => "Notification" in window && Notification.permission === "granted";

export async function askToNotify(): Promise<boolean> {
  return "Notification" in window && (await Notification.requestPermission()) === "granted";
}

/** Only while the agent looks elsewhere; returns what takes it away again. */
export function notify(title: string, body: string, onClick: () => void): () => void {
  if (!document.hidden || !mayNotify()) return () => undefined;
  try {
    const shown = new Notification(title, { body, tag: "parley-waiting" });
    shown.onclick = () => {
      window.focus();
      onClick();
      shown.close();
    };
    return () => shown.close();
  } catch {
    return () => undefined; // Android only allows notifications from a service worker.
  }
}
