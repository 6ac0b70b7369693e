// The camera of a desk: shows what it sees, takes a picture cropped to the standard shape, and puts it into the form as a file.
(() => {
  const form = document.getElementById("camera");
  const find = (name) => document.getElementById(`camera-${name}`);
  const [view, picture, take, again, file, trouble] = ["view", "picture", "take", "again", "file", "trouble"].map(find);
  const shape = form.dataset.width / form.dataset.height;

  async function look() {
    try {
      view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 960 }, audio: false });
      await view.play();
      take.disabled = false;
    } catch {
      trouble.hidden = false;
    }
  }

  // The largest part of the standard shape in the middle of what is seen; a little above the middle, where faces are.
  function draw(source, width, height) {
    const wide = Math.min(width, height * shape), high = wide / shape;
    picture.getContext("2d").drawImage(
      source, (width - wide) / 2, (height - high) * 0.35, wide, high, 0, 0, picture.width, picture.height);
    picture.hidden = false;
    view.hidden = take.hidden = true;
    again.hidden = false;
  }

  take.addEventListener("click", () => {
    draw(view, view.videoWidth, view.videoHeight);
    picture.toBlob((blob) => {
      const kept = new DataTransfer();
      kept.items.add(new File([blob], "camera.jpg", { type: "image/jpeg" }));
      file.files = kept.files;
      form.dataset.taken = "true";
    }, "image/jpeg", 0.95);
  });

  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    try {
      const chosen = await createImageBitmap(file.files[0]);
      draw(chosen, chosen.width, chosen.height);
    } catch { /* the server says what is wrong with it */ }
  });

  again.addEventListener("click", () => {
    file.value = "";
    delete form.dataset.taken;
    picture.hidden = again.hidden = true;
    view.hidden = take.hidden = false;
  });

  look();
})();
