// What the pages do beyond HTML and htmx: theme, keys, drafts, announcements. Everything works without it.
// Behaviour is declared in data attributes, so a template never names a function.

const root = document.documentElement;
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
root.classList.add("has-js");

// --- announcements ---------------------------------------------------------------------------------------------

function announce(text, tone = "info") {
  const notice = document.createElement("div");
  notice.className = "notice";
  notice.dataset.tone = tone;
  notice.textContent = text;
  document.getElementById("toasts").replaceChildren(notice);
  setTimeout(() => notice.remove(), 8000);
}

const refusals = {
  401: "Sesi Anda berakhir. Muat ulang halaman lalu masuk lagi; tulisan Anda tetap ada.",
  403: "Tindakan ini tidak diizinkan untuk akun Anda.",
  404: "Isinya tidak ditemukan lagi. Muat ulang halaman.",
  429: "Terlalu banyak permintaan. Tunggu satu menit, lalu coba lagi.",
};

document.addEventListener("htmx:response:error", (event) => {
  const status = event.detail.ctx?.response?.status;
  if (status !== 409 && status !== 422) announce(refusals[status] ?? "Gagal memuat. Coba lagi sebentar lagi.", "danger");
});
document.addEventListener("htmx:error", () => announce("Sambungan terputus. Periksa internet, lalu coba lagi.", "danger"));

// --- theme: a cookie, so that the server draws the first page in the right colours ----------------------------------

function showTheme(choice) {
  if (choice) root.dataset.bsTheme = choice;
  else delete root.dataset.bsTheme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

for (const group of document.querySelectorAll(".theme-switch")) group.hidden = false;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (button) {
    document.cookie = `theme=${button.dataset.themeChoice}; path=/; max-age=31536000; samesite=lax`;
    showTheme(button.dataset.themeChoice);
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// --- keys --------------------------------------------------------------------------------------------------------------

const fixedKeys = [
  ["j / k", "baris berikut / sebelumnya"],
  ["Enter", "buka kasus"],
  ["x", "pilih baris"],
  ["Ctrl+Enter", "kirim isian"],
  ["Esc", "kembali"],
  ["?", "bantuan ini"],
];

const isField = (element) => element.matches("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]");
const isShown = (element) => element.offsetParent !== null;
const rows = () => [...document.querySelectorAll("[data-row]")].filter(isShown);

function currentRow() {
  return document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row][aria-current]");
}

function moveBy(step) {
  const all = rows();
  const at = all.indexOf(currentRow());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.querySelector("[data-open]")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(element) {
  if (isField(element)) {
    element.focus();
  } else if (element.matches("summary, details")) {
    const details = element.closest("details");
    details.open = !details.open;
    details.querySelector("input:not([type=hidden]), textarea, select, a, button")?.focus();
  } else {
    element.click();
  }
}

function labelOf(element) {
  if (element.dataset.keyLabel) return element.dataset.keyLabel;
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll("kbd, svg")) extra.remove();
  return (element.getAttribute("aria-label") ?? element.labels?.[0]?.firstChild.textContent ?? copy.textContent).trim();
}

function helpDialog() {
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-label", "Pintasan papan ketik");
  const found = [...document.querySelectorAll("[data-key]")].filter((element) => element.dataset.key !== "Escape");
  const list = document.createElement("dl");
  for (const [key, label] of [...found.map((element) => [element.dataset.key, labelOf(element)]), ...fixedKeys]) {
    const term = document.createElement("dt");
    const mark = document.createElement("kbd");
    mark.textContent = key;
    term.append(mark);
    const meaning = document.createElement("dd");
    meaning.textContent = label;
    list.append(term, meaning);
  }
  const heading = document.createElement("h2");
  heading.textContent = "Pintasan papan ketik";
  const close = document.createElement("button");
  close.className = "btn";
  close.textContent = "Tutup";
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(heading, list, close);
  document.body.append(dialog);
  dialog.showModal();
}

const moves = {
  j: () => moveBy(1),
  k: () => moveBy(-1),
  ArrowDown: () => moveBy(1),
  ArrowUp: () => moveBy(-1),
  x: () => currentRow()?.querySelector("[data-select]")?.click(),
  "?": helpDialog,
};

function onFieldKey(event) {
  if (event.key === "Escape") event.target.blur();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    event.target.form?.requestSubmit();
  }
}

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys === "off" || event.defaultPrevented || event.isComposing) return;
  if (isField(event.target)) return onFieldKey(event);
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const menu = document.querySelector("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find(isShown);
  const isArrowInMenu = event.key.startsWith("Arrow") && (menu || !rows().length);
  if (!target && (isArrowInMenu || !Object.hasOwn(moves, event.key))) return;
  event.preventDefault();
  if (target) press(target);
  else moves[event.key]();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) helpDialog();
});

// --- drafts: saved after a moment of quiet, and when the page is left ---------------------------------------------------

const quiet = new WeakMap();
const unsaved = new Set();

async function saveDraft(field) {
  clearTimeout(quiet.get(field));
  unsaved.delete(field);
  const status = document.getElementById(field.dataset.autosaveStatus);
  const body = new URLSearchParams({ [field.name]: field.value });
  const headers = { "X-CSRFToken": token };
  try {
    const answer = await fetch(field.dataset.autosave, { method: "POST", body, headers, keepalive: true, redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    if (status) status.textContent = "Draf tersimpan";
  } catch {
    unsaved.add(field);
    quiet.set(field, setTimeout(saveDraft, 10000, field));
    if (status) status.textContent = "Draf belum tersimpan di server; dicoba lagi sebentar lagi";
  }
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset?.autosave) return;
  clearTimeout(quiet.get(field));
  unsaved.add(field);
  quiet.set(field, setTimeout(saveDraft, 1500, field));
});
document.addEventListener("submit", (event) => {
  for (const field of event.target.querySelectorAll("[data-autosave]")) {
    clearTimeout(quiet.get(field));
    unsaved.delete(field);
  }
});
addEventListener("pagehide", () => [...unsaved].forEach(saveDraft));

// --- what was refused comes into view first -------------------------------------------------------------------------------

document.querySelector("[data-focus]")?.focus();
