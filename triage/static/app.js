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

// An answer on its way redraws the head of its case when it has left; not while a reason is being typed there.
document.addEventListener("htmx:before:request", (event) => {
  if (event.target.id === "utas" && document.querySelector(".case-actions details[open]")) event.preventDefault();
});

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

// What each key is for, and what must be on the page for it to mean anything.
const fixedKeys = [
  ["j / k", "baris berikut / sebelumnya", "[data-row]"],
  ["Enter", "buka kasus", "[data-row]"],
  ["x", "pilih baris", "[data-select]"],
  ["Ctrl+Enter", "kirim isian"],
  ["Esc", "kembali"],
  ["?", "bantuan ini"],
];

const isField = (element) => element.matches("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]");
const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
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
    details.open = true;
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
  const fixed = fixedKeys.filter(([, , needed]) => !needed || document.querySelector(needed));
  for (const [key, label] of [...found.map((element) => [element.dataset.key, labelOf(element)]), ...fixed]) {
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

function closeMenu(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

function onFieldKey(event) {
  if (event.key === "Escape") {
    const menu = event.target.closest("details.menu[open]");
    event.target.blur();
    if (menu) closeMenu(menu);
  }
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
    closeMenu(menu);
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

// Until the server has it, this tab keeps what was typed (data-keep names the person), so that a lost session or a
// reload loses nothing; sending forgets it, because the answer to a refused sending shows the text again.
const keptAs = (field) => `${field.dataset.keep} ${location.pathname} ${field.id}`;
const forget = (field) => sessionStorage.removeItem(keptAs(field));

function sessionEnded(field, status) {
  unsaved.delete(field);
  if (status) status.textContent = "Sesi Anda berakhir. Tulisan ini disimpan di tab ini: muat ulang halaman, masuk lagi, lalu lanjutkan.";
}

function showCount(field) {
  const counter = document.getElementById(field.dataset.count);
  if (counter) counter.textContent = `${field.value.length.toLocaleString("id")} / ${field.maxLength.toLocaleString("id")}`;
}

for (const field of document.querySelectorAll("[data-keep]")) {
  const text = sessionStorage.getItem(keptAs(field));
  if (text && !document.querySelector("[data-focus]")) {
    field.value = text;
    field.closest("details").open = true;
  }
  if (field.dataset.count) showCount(field);
}

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
    if (answer.status === 400 || answer.status === 401) return sessionEnded(field, status);
    if (!answer.ok) throw new Error(answer.statusText);
    forget(field);
    if (status) status.textContent = "Draf tersimpan.";
  } catch {
    unsaved.add(field);
    quiet.set(field, setTimeout(saveDraft, 10000, field));
    if (status) status.textContent = "Draf belum tersimpan di server; dicoba lagi sebentar lagi";
  }
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.dataset?.keep) sessionStorage.setItem(keptAs(field), field.value);
  if (field.dataset?.count) showCount(field);
  if (!field.dataset?.autosave) return;
  clearTimeout(quiet.get(field));
  unsaved.add(field);
  quiet.set(field, setTimeout(saveDraft, 1500, field));
});
document.addEventListener("submit", (event) => {
  for (const field of event.target.querySelectorAll("[data-autosave], [data-keep]")) {
    clearTimeout(quiet.get(field));
    unsaved.delete(field);
    forget(field);
  }
});
addEventListener("pagehide", () => [...unsaved].forEach(saveDraft));

// --- a form is sent once: a second click while the answer is on its way does nothing -----------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  event.submitter?.classList.add("is-busy");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    form.querySelector(".is-busy")?.classList.remove("is-busy");
  }
});

// --- what was refused comes into view first -------------------------------------------------------------------------------

document.querySelector(".case-row[aria-current]")?.scrollIntoView({ block: "nearest" });
document.querySelector("[data-focus]")?.focus();
