/** What is heard: two rising tones for paid, two low ones for not paid. */

const TONES = { paid: [880, 1_320], sold: [880, 1_100], declined: [220, 180], refused: [220, 180], hint: [440] };
const TONE_S = 0.12;
let context = null;

export const isOn = () => localStorage.getItem("sound") !== "off";
export const turn = (on) => localStorage.setItem("sound", on ? "on" : "off");

/** Browsers let a page sound only after somebody touched it. */
export function wake() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
}

export function play(name) {
  if (!(name in TONES) || !isOn() || context?.state !== "running") return;
  TONES[name].forEach((frequency, at) => {
    const start = context.currentTime + at * TONE_S;
    const tone = new OscillatorNode(context, { frequency, type: name === "declined" || name === "refused" ? "square" : "sine" });
    const volume = new GainNode(context, { gain: 0.2 });
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + TONE_S * 0.9);
  });
}
