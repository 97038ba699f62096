// The countdown to a reveal deadline, and the full screen of the ceremony's room.
function left(until) {
  const seconds = Math.floor((new Date(until) - Date.now()) / 1000);
  if (seconds <= 0) return "";
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function tick() {
  for (const each of document.querySelectorAll("[data-until]")) {
    const rest = left(each.dataset.until);
    each.textContent = rest ? `${each.dataset.left} ${rest}` : each.dataset.over;
    each.classList.toggle("is-over", !rest);
  }
  for (const button of document.querySelectorAll("[data-fullscreen]")) {
    button.hidden = !document.fullscreenEnabled || Boolean(document.fullscreenElement);
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-fullscreen]")) document.documentElement.requestFullscreen();
});
document.addEventListener("fullscreenchange", tick);
document.addEventListener("htmx:afterSwap", tick);
setInterval(tick, 1000);
tick();
