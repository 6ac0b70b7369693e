/** Small tools for the page. */

export const $ = (id) => document.getElementById(id);

/** A new element with its attributes, text and children. */
export function make(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

const SCREENS = ["notice", "enrol", "till"];

/** Show one of the page's screens and hide the others. */
export function show(screen) {
  for (const id of SCREENS) $(id).hidden = id !== screen;
}

export function showNotice(title, text) {
  $("notice-title").textContent = title;
  $("notice-text").textContent = text;
  show("notice");
}
