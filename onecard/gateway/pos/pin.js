/** Asks the customer for the PIN: by touch or keyboard, never shown, kept nowhere. */

import { $ } from "./page.js";
import { t } from "./words.js";

const DIGITS = 6;
let answer = null;
let digits = "";

/** The six digits, or null when the customer gave up. `words` names the text above the dots. */
export function askPin(words, values) {
  digits = "";
  $("pin-about").textContent = t(words, values);
  showDots();
  $("pin").showModal();
  return new Promise((resolve) => (answer = resolve));
}

function press(key) {
  if (key === "cancel") return end(null);
  if (key === "back") digits = digits.slice(0, -1);
  else digits += key;
  showDots();
  if (digits.length === DIGITS) end(digits);
}

function end(pin) {
  digits = "";
  $("pin").close();
  answer?.(pin);
  answer = null;
}

function showDots() {
  $("pin-dots").textContent = "●".repeat(digits.length) + "○".repeat(DIGITS - digits.length);
}

export function listen() {
  for (const button of document.querySelectorAll("[data-pin]")) {
    button.addEventListener("click", () => press(button.dataset.pin));
  }
  $("pin").addEventListener("cancel", () => end(null));
  $("pin").addEventListener("keydown", (event) => {
    if (/^\d$/.test(event.key)) press(event.key);
    else if (event.key === "Backspace") press("back");
    if (event.key !== "Escape" && event.key !== "Tab") event.preventDefault();
  });
}
