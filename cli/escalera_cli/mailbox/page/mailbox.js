// Without this script a mail is read at the window's width, in the colours of the system.
const looks = document.querySelector(".looks");
if (looks) {
  looks.hidden = false;
  const pane = document.getElementById("message");
  looks.addEventListener("change", (event) => pane.classList.toggle(event.target.id, event.target.checked));
}
