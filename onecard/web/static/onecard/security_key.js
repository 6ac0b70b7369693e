// A security key (WebAuthn): before the form goes, the browser asks the key, and its answer goes along.
(() => {
  const asked = document.querySelector("[data-options]"), form = asked.closest("form");
  const trouble = document.getElementById("key-trouble"), { options, step } = asked.dataset;

  async function ask() {
    const { publicKey } = JSON.parse(options);
    return step === "create"
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    trouble.hidden = true;
    try {
      form.elements.answer.value = JSON.stringify((await ask()).toJSON());
      form.submit();
    } catch {
      trouble.hidden = false;
    }
  });
})();
