/** Around the till: the strip with state and clock, enrolment, and the device's sheet. */

import { NoAnswer } from "./client.js";
import { campusTime, money } from "./formats.js";
import { $, make, show } from "./page.js";
import { ED25519 } from "./signing.js";
import * as sounds from "./sounds.js";
import { t } from "./words.js";

export class Device {
  #terminal;

  constructor(terminal) {
    this.#terminal = terminal;
    $("enrol-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#enrol();
    });
    $("enrol-back").addEventListener("click", () => this.#backToTill());
    $("menu").addEventListener("click", () => this.#open());
    $("unsent").addEventListener("click", () => terminal.beatNow());
    $("try-now").addEventListener("click", () => terminal.beatNow());
    $("roll-key").addEventListener("click", () => this.#rollKey());
    $("enrol-anew").addEventListener("click", () => this.#enrolAnew());
    $("save-left-over").addEventListener("click", () => this.#saveLeftOver());
    $("close-device").addEventListener("click", () => $("device").close());
    $("sound").checked = sounds.isOn();
    $("sound").addEventListener("change", () => sounds.turn($("sound").checked));
    setInterval(() => this.#showClock(), 1_000);
  }

  show() {
    const terminal = this.#terminal;
    const [state, kind] = this.#state();
    $("place").textContent = [terminal.parameters?.merchant, terminal.terminalName].filter(Boolean).join(" · ") || "Onecard POS";
    $("state").textContent = t(state);
    $("state").dataset.is = kind;
    $("state").hidden = !terminal.identity;
    $("unsent").textContent = t("unsent", { count: terminal.unsent });
    $("unsent").hidden = terminal.unsent === 0;
    $("menu").hidden = !terminal.identity;
    this.#showClock();
    if ($("device").open) this.#showFacts();
  }

  #state() {
    const terminal = this.#terminal;
    if (terminal.barred || terminal.isDisabled) return ["stopped", "bad"];
    if (terminal.isOnline) return ["online", "good"];
    return terminal.parameters ? ["offline", "warn"] : ["connecting", "warn"];
  }

  #showClock() {
    $("clock").textContent = campusTime(this.#terminal.nowUs(), this.#offsetMin()).time;
  }

  /** Of the campus; of this device as long as the campus is not known. */
  #offsetMin() {
    return this.#terminal.parameters?.utc_offset_min ?? -new Date().getTimezoneOffset();
  }

  // Enrolment.

  /** The address may name terminal and code (#T029/7KQ2M-XW4RD), as the terminal's page writes it. */
  offerEnrolment() {
    const [terminal = "", code = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
    $("enrol-terminal").value = terminal || this.#terminal.identity?.terminal || "";
    $("enrol-code").value = code;
    $("enrol-back").hidden = this.#terminal.identity === null;
    $("enrol-problem").hidden = true;
    show("enrol");
  }

  async #enrol() {
    const terminal = $("enrol-terminal").value.trim(), code = $("enrol-code").value.trim().toUpperCase();
    const model = navigator.userAgentData?.platform ?? "";
    this.#tell("enrolling");
    try {
      await this.#terminal.enrol({ terminal, code, model });
      this.#backToTill();
    } catch (problem) {
      console.error(problem);
      if (problem instanceof NoAnswer) this.#tell("noLine");
      else if (problem.code === "BAD_CODE") this.#tell("badCode");
      else this.#tell("enrolRefused", { why: problem.message });
    }
  }

  #backToTill() {
    history.replaceState(null, "", location.pathname);
    $("enrol-code").value = "";
    show("till");
  }

  #tell(words, values) {
    $("enrol-problem").textContent = t(words, values);
    $("enrol-problem").hidden = false;
  }

  #enrolAnew() {
    const { unsent } = this.#terminal;
    if (unsent > 0 && !confirm(t("enrolAnewFirst", { count: unsent }))) return;
    $("device").close();
    this.offerEnrolment();
  }

  // The device's sheet.

  #open() {
    $("key-said").hidden = true;
    this.#showFacts();
    $("device").showModal();
  }

  async #showFacts() {
    const { identity, parameters, leftOver, lastSeq, blacklistVersion } = this.#terminal;
    const isPersistent = (await navigator.storage.persisted?.()) ?? false;
    const facts = [
      ["terminal", identity.terminal],
      ["merchant", parameters?.merchant ?? "–"],
      ["batch", `${identity.batch_no} / ${lastSeq}`],
      ["keys", identity.scheme],
      ["parameters", `${parameters?.version ?? "–"} / ${blacklistVersion ?? "–"}`],
      ["limits", limitWords(parameters?.offline)],
      ["storage", t(isPersistent ? "kept" : "notKept")],
      ["version", RELEASE.version],
    ];
    $("facts").replaceChildren(...facts.flatMap(([name, text]) => [make("dt", { text: t(name) }), make("dd", { text })]));
    $("storage-warning").hidden = isPersistent;
    $("roll-key").hidden = identity.scheme !== ED25519;
    $("left-over").hidden = $("save-left-over").hidden = leftOver.length === 0;
    $("left-over").textContent = t("leftOver", { count: leftOver.length });
  }

  async #rollKey() {
    $("roll-key").disabled = true;
    $("key-said").textContent = t((await this.#terminal.rollNow()) ? "keyRolled" : "keyNotRolled");
    $("key-said").hidden = $("roll-key").disabled = false;
  }

  /** What only a person can bring to the centre, one record a line. */
  #saveLeftOver() {
    const lines = this.#terminal.leftOver.map((row) => `${JSON.stringify({ ...row, sent: JSON.parse(row.sent) })}\n`);
    const href = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
    make("a", { href, download: `onecard-pos-${campusTime(this.#terminal.nowUs(), this.#offsetMin()).date}.jsonl` }).click();
    URL.revokeObjectURL(href);
  }
}

function limitWords(offline) {
  if (!offline?.is_allowed) return t("limitsNone");
  const [single, card, total] = [offline.single_limit_fen, offline.card_limit_fen, offline.total_limit_fen].map(
    (fen) => (fen ? money(fen) : t("noLimit")),
  );
  return t("limitsAre", { single, card, total, hours: offline.max_hours || "∞" });
}
