/** The till: choose what is to be paid, scan or type a card, see the result. */

import { Cart } from "./cart.js";
import { cardOf, cardTail, campusTime, money } from "./formats.js";
import { Standing, tookMoney } from "./journal.js";
import { $, make } from "./page.js";
import { askPin } from "./pin.js";
import * as sounds from "./sounds.js";
import { reason, t } from "./words.js";

const SALES_SHOWN = 20;
const AGAIN_MS = 5_000;
const SCAN_PAUSE_MS = 3_000;
const DAY_US = 86_400_000_000;
const MARKS = { paid: "✓", sold: "✓", declined: "✕", refused: "✕", hint: "!", working: "…", ready: "" };

export class Till {
  #terminal;
  #cart = new Cart();
  #shown = { is: "ready" };
  #dishesOf = null;
  #last = { key: "", at_ms: -Infinity };
  #typed_ms = 0;
  #isCharging = false;

  constructor(terminal) {
    this.#terminal = terminal;
    for (const button of document.querySelectorAll("[data-key]")) {
      button.addEventListener("click", () => this.#change(() => this.#cart.press(button.dataset.key)));
    }
    for (const tab of ["keypad", "dishes"]) $(`tab-${tab}`).addEventListener("click", () => this.#open(tab));
    $("card-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#charge();
    });
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  /** Whether nothing would be lost if the page were loaded anew. */
  get isIdle() {
    return !this.#isCharging && this.#cart.isEmpty && $("card").value === "";
  }

  /** Show everything again: another language, other parameters, another record. */
  async show() {
    this.#showDishes();
    this.#showTotal();
    this.#showResult();
    await this.#showSales();
  }

  // What is to be paid.

  #change(change) {
    if (this.#isCharging) return;
    change();
    this.#last.key = ""; // whoever keys an amount in means it
    if (!this.#cart.isEmpty) this.#tell({ is: "ready" });
    this.#showTotal();
  }

  #open(tab) {
    const hasDishes = (this.#terminal.parameters?.prices.length ?? 0) > 0;
    $("tabs").hidden = !hasDishes;
    for (const name of ["keypad", "dishes"]) {
      const isOpen = name === (hasDishes ? tab : "keypad");
      $(name).hidden = !isOpen;
      $(`tab-${name}`).setAttribute("aria-selected", String(isOpen));
    }
  }

  #showDishes() {
    const { parameters } = this.#terminal;
    if (parameters === this.#dishesOf) return;
    this.#dishesOf = parameters;
    const prices = parameters?.prices ?? [];
    const buttons = prices.map((dish) => {
      const button = make("button", { type: "button" }, make("span", { text: dish.name }), make("b", { text: money(dish.price_fen) }));
      button.addEventListener("click", () => this.#change(() => this.#cart.take(dish)));
      return button;
    });
    $("dishes").replaceChildren(...buttons);
    this.#open("dishes");
  }

  #showTotal() {
    $("total").textContent = money(this.#cart.total);
    const buttons = this.#cart.lines.map((line) => {
      const name = line.name ?? money(line.price_fen);
      const text = `${name}${line.count > 1 ? ` × ${line.count}` : ""}`;
      const button = make("button", { type: "button", "aria-label": t("removeOne", { name }), text });
      button.addEventListener("click", () => this.#change(() => this.#cart.putBack(line)));
      return button;
    });
    $("lines").replaceChildren(...buttons);
  }

  // The card. A scanner types its digits and Enter wherever the page's focus is; so may a person with a keyboard.

  #key(event) {
    const field = event.target.closest?.("input, textarea");
    if ($("till").hidden || document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (field && field.type !== "checkbox") return;
    const card = $("card");
    if (/^\d$/.test(event.key)) {
      const isNew = performance.now() - this.#typed_ms > SCAN_PAUSE_MS;
      card.value = (isNew ? event.key : card.value + event.key).slice(0, card.maxLength);
      this.#typed_ms = performance.now();
    } else if (event.key === "Backspace") card.value = card.value.slice(0, -1);
    else if (event.key === "Enter" && card.value) this.#charge();
    else return;
    document.activeElement?.blur();
    event.preventDefault(); // Enter must not press the button that was touched last
  }

  async #charge() {
    const text = $("card").value.trim();
    $("card").value = "";
    if (this.#isCharging) return;
    const card_no = cardOf(text), amount_fen = this.#cart.total;
    if (amount_fen === 0) return this.#tell({ is: "hint", why: "noAmount" });
    if (card_no === null) return this.#tell({ is: "hint", why: "noCard" });
    if (this.#isDoubled(card_no, amount_fen)) return this.#tell({ is: "hint", why: "againSoon" });
    this.#isCharging = true;
    this.#tell({ is: "working", amount_fen, card_no });
    try {
      const result = await this.#sold(card_no, amount_fen);
      this.#isCharging = false;
      this.#tell({ ...result, amount_fen, card_no });
      if (result.is === "paid" || result.is === "sold") this.#wasPaid(card_no, amount_fen);
    } catch (problem) {
      console.error(problem);
      this.#tell({ is: "refused", why: "notWritten", amount_fen, card_no });
    } finally {
      this.#isCharging = false;
      await this.#showSales();
    }
  }

  /** Sell, and sell again with the PIN for as long as the centre asks for one and the customer gives one. */
  async #sold(card_no, amount_fen) {
    const amount = money(amount_fen);
    let result = await this.#terminal.sell(card_no, amount_fen);
    while (["DECLINED_PIN_REQUIRED", "DECLINED_PIN_WRONG"].includes(result.why)) {
      const pin = await askPin(result.why === "DECLINED_PIN_WRONG" ? "pinWrong" : "pinAbout", { amount });
      if (pin === null) break;
      result = await this.#terminal.sell(card_no, amount_fen, pin);
    }
    return result;
  }

  /** A scanner may read a card twice; where everyone pays the same, that would be paid twice. */
  #isDoubled(card_no, amount_fen) {
    return this.#last.key === `${card_no}/${amount_fen}` && performance.now() - this.#last.at_ms < AGAIN_MS;
  }

  #wasPaid(card_no, amount_fen) {
    this.#last = { key: `${card_no}/${amount_fen}`, at_ms: performance.now() };
    if (!$("fixed").checked) this.#cart.clear();
    this.#showTotal();
  }

  // What is shown.

  #tell(shown) {
    this.#shown = shown;
    this.#showResult();
    sounds.play(shown.is);
  }

  #showResult() {
    const { is, why, amount_fen, card_no } = this.#shown;
    const hasAmount = ["paid", "sold", "working"].includes(is);
    const isUnpaid = ["declined", "refused"].includes(is);
    $("result").dataset.is = is;
    $("result-mark").textContent = MARKS[is];
    $("result-title").textContent = is === "hint" ? t(why) : t(is === "refused" ? "declined" : is);
    $("result-amount").textContent = hasAmount ? money(amount_fen) : isUnpaid ? reason(why) : "";
    $("result-detail").textContent = this.#detail();
    $("result-detail").title = card_no ?? "";
  }

  #detail() {
    const { is, card_no, balance_fen = null, surcharge_fen = 0 } = this.#shown;
    const onTop = surcharge_fen === 0 ? [] : [t("surcharge", { surcharge: money(surcharge_fen) })];
    const balance = balance_fen === null ? [] : [t("balance", { balance: money(balance_fen) })];
    const card = card_no ? [t("card", { card: cardTail(card_no) })] : [];
    const first = { ready: [t("readyHow")], sold: [t("soldHow")] }[is] ?? [];
    return [...first, ...onTop, ...balance, ...(is === "hint" ? [] : card)].join(" · ");
  }

  async #showSales() {
    const terminal = this.#terminal;
    if (!terminal.identity) return;
    const offset_min = terminal.parameters?.utc_offset_min ?? 0;
    const sinceMidnight_us = (terminal.nowUs() + offset_min * 60_000_000) % DAY_US;
    const [rows, today] = await Promise.all([terminal.newest(SALES_SHOWN), terminal.since(terminal.nowUs() - sinceMidnight_us)]);
    const paid = today.filter(tookMoney);
    $("today").textContent = t("today", { count: paid.length, sum: money(paid.reduce((sum, row) => sum + row.amount_fen, 0)) });
    const lines = rows.map((row) => saleLine(row, offset_min));
    $("sales").replaceChildren(...(lines.length ? lines : [make("li", { class: "none", text: t("noSales") })]));
  }
}

function saleLine(row, offset_min) {
  const kind = tookMoney(row) ? (row.standing === Standing.SOLD ? "sold" : "paid") : "declined";
  return make(
    "li",
    { "data-is": kind },
    make("time", { text: campusTime(row.occurred_at_us, offset_min).time }),
    make("span", { text: cardTail(row.card_no), title: row.card_no }),
    make("span", { class: "why", text: standingWords(row) }),
    make("b", { text: money(row.amount_fen) }),
  );
}

function standingWords({ standing, outcome }) {
  if (standing === Standing.DECLINED) return reason(outcome);
  if (standing === Standing.COLLECTED && outcome.startsWith("HELD_")) return t("HELD");
  if (standing === Standing.REVERSED && outcome.startsWith("REFUSED_")) return t("UNCLEAR");
  return t(standing);
}
