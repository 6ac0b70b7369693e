// The counter: function keys, one sending a form, and what became of a form whose answer was lost.
"use strict";
const PENDING = "onecard-counter-form";
const PATIENCE_MS = 5000;

document.addEventListener("keydown", (event) => {
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    target.tagName === "A" ? target.click() : (target.focus(), target.select());
});

// Pressed twice it is sent once; pressed again after a while without an answer, its outcome is looked up.
for (const form of document.querySelectorAll("form[data-books]")) {
    form.addEventListener("submit", (event) => {
        if (form.dataset.sent) {
            event.preventDefault();
            if (Date.now() - Number(form.dataset.sent) > PATIENCE_MS) settle();
            return;
        }
        form.dataset.sent = String(Date.now());
        const { request_key: key, text } = form.elements;
        sessionStorage.setItem(PENDING, new URLSearchParams({ q: text.value, key: key.value }).toString());
    });
}

// Back without an answer: the form is not sent again by itself. Its outcome is looked up, and what booked nothing is shown once more
// under the same key, so that it books once even if it was only slow.
function settle() {
    const asked = sessionStorage.getItem(PENDING);
    if (!asked) return;
    sessionStorage.removeItem(PENDING);
    location.replace(`?${asked}`);
}
function isAnswered() {
    return document.querySelector("[data-settled]") !== null;
}
if (isAnswered()) sessionStorage.removeItem(PENDING);
else settle();
window.addEventListener("pageshow", (event) => {
    if (event.persisted) settle();
    // Browsers leave the focus out on some ways to a page, and a scanner types anyhow; what has the focus keeps it.
    if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
});
