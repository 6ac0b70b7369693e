/** 应付: what the customer is to pay: dishes, amounts keyed in before, and the one being keyed in. Pure. */

import { fenOf } from "./formats.js";

const MOST_LINES = 50;
const MOST_FEN = 10_000_000;

export class Cart {
  lines = [];
  entry = "";

  /** In fen. */
  get total() {
    return this.lines.reduce((sum, line) => sum + line.price_fen * line.count, fenOf(this.entry));
  }

  get isEmpty() {
    return this.lines.length === 0 && this.entry === "";
  }

  /** One key: a digit, a point, back, clear, add. What would make no amount is ignored. */
  press(key) {
    if (key === "clear") this.clear();
    else if (key === "back") this.entry = this.entry.slice(0, -1);
    else if (key === "add") this.#keepEntry();
    else this.#type(key);
  }

  /** One more of a dish ({code, name, price_fen}). */
  take(dish) {
    const line = this.lines.find(({ code }) => code === dish.code);
    if (this.total + dish.price_fen > MOST_FEN) return;
    if (line) line.count++;
    else if (this.lines.length < MOST_LINES) this.lines.push({ ...dish, count: 1 });
  }

  /** One less of a line. */
  putBack(line) {
    line.count--;
    this.lines = this.lines.filter(({ count }) => count > 0);
  }

  clear() {
    this.lines = [];
    this.entry = "";
  }

  #type(key) {
    const entry = this.entry === "0" && key !== "." ? key : this.entry + key;
    const before = this.entry;
    if (fenOf(entry) === null) return;
    this.entry = entry;
    if (this.total > MOST_FEN) this.entry = before;
  }

  #keepEntry() {
    const price_fen = fenOf(this.entry);
    if (price_fen === 0 || this.lines.length >= MOST_LINES) return;
    this.entry = "";
    this.lines.push({ code: null, name: null, price_fen, count: 1 });
  }
}
