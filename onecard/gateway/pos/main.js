/** Starts the page: a secure context, the one window that sells, the journal, the terminal, and the page's own copy for offline. */

import { Device } from "./device.js";
import { Journal } from "./journal.js";
import { $, show, showNotice } from "./page.js";
import * as pin from "./pin.js";
import * as sounds from "./sounds.js";
import { Terminal } from "./terminal.js";
import { Till } from "./till.js";
import { chooseLanguage, switchLanguage, t } from "./words.js";

const LOCK = "onecard-pos";
let whenWordsChange = () => {};

function main() {
  $("language").addEventListener("click", () => {
    switchLanguage();
    whenWordsChange();
  });
  chooseLanguage();
  if (!isSecureContext) return notice("insecureTitle", "insecure");
  // Held for as long as this page lives; another window waits for it and takes over.
  navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock) return sell();
    notice("otherTabTitle", "otherTab");
    navigator.locks.request(LOCK, sell);
  });
}

/** Never ends: the lock is this window's until it is closed. */
async function sell() {
  try {
    await begin();
  } catch (problem) {
    console.error(problem);
    notice("noStorageTitle", "noStorage", { why: problem.message });
  }
  return new Promise(() => {});
}

async function begin() {
  const terminal = new Terminal(await Journal.open(), RELEASE.version);
  const till = new Till(terminal), device = new Device(terminal);
  const showAll = () => {
    device.show();
    till.show();
  };
  pin.listen();
  whenWordsChange = showAll;
  terminal.addEventListener("change", showAll);
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, sounds.wake);
  addEventListener("online", () => terminal.beatNow());
  document.addEventListener("visibilitychange", () => document.hidden || terminal.beatNow());
  await terminal.start();
  if (terminal.identity && !location.hash) show("till");
  else device.offerEnrolment();
  addEventListener("hashchange", () => location.hash && device.offerEnrolment());
  navigator.storage.persist?.();
  await keepCopy(till);
}

function notice(title, text, values) {
  whenWordsChange = () => showNotice(t(title), t(text, values));
  whenWordsChange();
}

/** The service worker keeps a copy of the page; a newer one takes over when somebody says so, or nobody is at the till. */
async function keepCopy(till) {
  const workers = navigator.serviceWorker;
  const registration = await workers?.register("worker.js", { updateViaCache: "none" }).catch((problem) => console.warn(problem));
  if (!registration) return;
  const takeOver = () => {
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("take over");
  };
  const offer = () => {
    if (!registration.waiting || !workers.controller) return;
    $("update").hidden = false;
    $("update").onclick = () => till.isIdle && takeOver();
  };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  if (registration.waiting && till.isIdle) takeOver();
  addEventListener("online", () => registration.update().catch(() => {}));
}

main();
