// The counter: function keys, one sending a form, and what became of a form whose answer was lost.
"use strict";
const PENDING = "onecard-counter-form";

document.addEventListener("keydown", (event) => {
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    target.tagName === "A" ? target.click() : (target.focus(), target.select());
});

for (const form of document.querySelectorAll("form[data-books]")) {
    form.addEventListener("submit", (event) => {
        if (form.dataset.sent) return event.preventDefault();
        form.dataset.sent = "yes";
        sessionStorage.setItem(PENDING, form.elements.request_key.value);
    });
}

// Back from a page kept by the browser: what was sent is not sent again, its outcome is looked up.
function settle() {
    const key = sessionStorage.getItem(PENDING);
    if (!key) return;
    sessionStorage.removeItem(PENDING);
    const asked = new URLSearchParams(location.search).has("key");
    if (!asked && !document.querySelector("[data-settled]")) location.replace(`?key=${encodeURIComponent(key)}`);
}
const answered = document.querySelector(".messages, [data-settled]") !== null;
if (answered) sessionStorage.removeItem(PENDING);
else settle();
window.addEventListener("pageshow", (event) => { if (event.persisted) settle(); });
