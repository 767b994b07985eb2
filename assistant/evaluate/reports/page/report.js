"use strict";
const rows = [...document.querySelectorAll("details.q")];
const buttons = [...document.querySelectorAll(".filter button")];
const box = document.querySelector(".filter input");
const shown = document.querySelector("#shown");
let reason = "";
function apply() {
  const words = box.value.toLocaleLowerCase();
  let count = 0;
  for (const row of rows) {
    const fits = (!reason || row.dataset.reason === reason) &&
      (!words || row.textContent.toLocaleLowerCase().includes(words));
    row.hidden = !fits;
    count += fits;
  }
  shown.textContent = count === rows.length ? "" : `${count} of ${rows.length} shown`;
}
for (const button of buttons) {
  button.addEventListener("click", () => {
    reason = button.dataset.reason;
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    apply();
  });
}
box.addEventListener("input", apply);
