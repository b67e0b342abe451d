"use strict";
// Texts come from articles, and files from anywhere: both are shown as text only, never as markup.
const { sheet, items, questions } = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const ANSWERS = ["yes", "no", "unsure"];
const cell = (item, question) => JSON.stringify([item, question]);
const cells = new Set(items.flatMap(({ item }) => questions.map(({ question }) => cell(item, question))));
const names = new Set(items.map(({ item }) => item));
const last = `textlens:${sheet}:`;
const answers = new Map();
const notes = new Map();
let coder = "";
let place = 0; // which item is shown
let current = 0; // which question has, or had, the focus

function stored(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(name);
    localStorage.setItem(name, value);
  } catch {
    at("refused").hidden = false;
  }
  return null;
}

function keep() {
  stored(last + coder, JSON.stringify({ answers: [...answers], notes: [...notes], place }));
  stored(last, coder);
}

function recall() {
  const kept = stored(last + coder);
  if (!kept) return;
  try {
    const state = JSON.parse(kept);
    for (const [name, answer] of state.answers) take(name, answer);
    for (const [item, note] of state.notes) remark(item, note);
    if (items[state.place]) place = state.place;
  } catch {
    at("message").textContent = "What this browser kept cannot be read; open your saved CSV.";
  }
}

function take(name, answer) {
  if (cells.has(name) && ANSWERS.includes(answer)) answers.set(name, answer);
}

function remark(item, note) {
  if (names.has(item)) notes.set(item, String(note));
}

function element(tag, text, name = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = name;
  return made;
}

function begin(name) {
  coder = name;
  recall();
  at("start").hidden = true;
  at("keys").hidden = true;
  at("work").hidden = false;
  show(place);
}

function show(number, question = 0) {
  place = Math.max(0, Math.min(number, items.length - 1));
  const { item, text } = items[place];
  at("title").textContent = item;
  at("text").replaceChildren(...text.split("\n").map(paragraph));
  at("questions").replaceChildren(...questions.flatMap(asked));
  at("note").value = notes.get(item) || "";
  refresh();
  window.scrollTo(0, 0);
  at("side").scrollTo(0, 0);
  // A new text is read from its beginning, also where the questions stand below it.
  focusOn(question, question === 0);
}

function paragraph(line) {
  const made = element("p", line);
  made.dir = "auto";
  return made;
}

function asked(question, number) {
  const box = element("div", "", "question");
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-labelledby", `question-${number}`);
  const head = element("p", question.text);
  head.id = `question-${number}`;
  box.append(head, ...ANSWERS.map((answer) => choice(answer, number)));
  box.addEventListener("focusin", () => { current = number; });
  const known = number && questions[number - 1].frame === question.frame;
  return known ? [box] : [element("h2", question.frame), ...defined(question), box];
}

function choice(answer, number) {
  const button = element("button", `${answer} (${answer[0]})`);
  button.type = "button";
  button.tabIndex = -1; // Tab goes from question to question; letters answer
  button.dataset.answer = answer;
  button.addEventListener("click", () => answerWith(answer, number));
  return button;
}

function defined(question) {
  const parts = [["", question.definition], ["Counts: ", question.includes], ["Does not count: ", question.is_not]];
  return parts.filter(([, text]) => text).map(([head, text]) => element("p", head + text, "frame"));
}

function refresh() {
  const boxes = document.querySelectorAll(".question");
  questions.forEach(({ question }, number) => {
    const given = answers.get(cell(items[place].item, question));
    boxes[number].classList.toggle("answered", Boolean(given));
    for (const button of boxes[number].querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.answer === given));
    }
  });
  const where = `${coder}: text ${place + 1} of ${items.length}`;
  at("progress").textContent = `${where}; ${answers.size} of ${cells.size} answered`;
  at("message").textContent = answers.size === cells.size ? "All answered: press s to save." : "";
  keep();
}

function focusOn(number, still = false) {
  current = Math.max(0, Math.min(number, questions.length - 1));
  document.querySelectorAll(".question")[current].focus({ preventScroll: still });
}

function answerWith(answer, number = current) {
  take(cell(items[place].item, questions[number].question), answer);
  refresh();
  if (number + 1 < questions.length) focusOn(number + 1);
  else if (place + 1 < items.length) show(place + 1);
  else focusOn(number);
}

function firstUnanswered() {
  const open = [...cells].findIndex((name) => !answers.has(name));
  if (open >= 0) show(Math.floor(open / questions.length), open % questions.length);
}

// As textlens/files.py does: a spreadsheet would run such a cell, and the apostrophe itself is escaped too.
function csvCell(text) {
  const safe = /^[=+\-@\t\r']/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csv() {
  const rows = [["sheet", "item", "question", "coder", "answer", "note"]];
  for (const { item } of items) {
    questions.forEach(({ question }, number) => {
      const note = number === 0 ? notes.get(item) || "" : "";
      rows.push([sheet, item, question, coder, answers.get(cell(item, question)) || "", note]);
    });
  }
  return rows.map((row) => row.map(csvCell).join(",") + "\n").join("");
}

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
  link.download = `coding-${coder.replace(/[^\p{L}\p{M}\p{N}_-]+/gu, "-")}-${sheet.slice(0, 8)}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  at("message").textContent = `Saved as ${link.download}`;
}

function parse(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    const value = quoted === undefined ? plain : quoted.replaceAll('""', '"');
    rows.at(-1).push(/^'[=+\-@\t\r']/.test(value) ? value.slice(1) : value);
    if (end.endsWith("\n")) rows.push([]);
  }
  const [head, ...body] = rows;
  return body.filter((row) => row.length >= head.length)
    .map((row) => Object.fromEntries(head.map((name, column) => [name, row[column]])));
}

async function open(file) {
  const rows = parse(await file.text());
  const other = rows.find((row) => row.coder && row.coder !== coder);
  let refusal = "";
  if (!rows.length || rows.some((row) => row.sheet !== sheet)) refusal = "This file is not of this sheet.";
  else if (other) refusal = `This file is by ${other.coder}: open the page anew under that name.`;
  if (!refusal) {
    for (const { item, question, answer, note } of rows) {
      take(cell(item, question), answer);
      if (note) remark(item, note);
    }
    show(place);
  }
  at("message").textContent = refusal || `Restored from ${file.name}`;
  at("file").value = "";
}

function help() {
  at("keys").hidden = !at("keys").hidden;
  at("help").setAttribute("aria-expanded", String(!at("keys").hidden));
  window.scrollTo(0, 0);
}

const keys = {
  y: () => answerWith("yes"),
  1: () => answerWith("yes"),
  n: () => answerWith("no"),
  0: () => answerWith("no"),
  u: () => answerWith("unsure"),
  ArrowDown: () => focusOn(current + 1),
  ArrowUp: () => focusOn(current - 1),
  ArrowRight: () => show(place + 1),
  PageDown: () => show(place + 1),
  ArrowLeft: () => show(place - 1),
  PageUp: () => show(place - 1),
  Home: firstUnanswered,
  t: () => at("note").focus(),
  s: save,
  "?": help,
  " ": (event) => window.scrollBy(0, (event.shiftKey ? -0.8 : 0.8) * window.innerHeight),
};

document.addEventListener("keydown", (event) => {
  const tag = event.target.tagName;
  if (event.ctrlKey || event.metaKey || event.altKey || at("work").hidden) return;
  if (tag === "TEXTAREA" && event.key === "Escape") focusOn(current);
  if (tag === "TEXTAREA" || (event.key === " " && ["BUTTON", "INPUT"].includes(tag))) return;
  // Keyboards of other scripts have no y, n, u; their keys are told by where they are.
  const name = /^\p{L}$/u.test(event.key) && !/^[a-z]$/i.test(event.key) ? event.code.slice(3) : event.key;
  const key = name.length === 1 ? name.toLowerCase() : name;
  if (!Object.hasOwn(keys, key)) return;
  event.preventDefault();
  // A key held down must not answer question after question.
  if (!event.repeat || key === " " || key.startsWith("Arrow")) keys[key](event);
});
at("start").addEventListener("submit", (event) => {
  event.preventDefault();
  if (at("coder").value.trim()) begin(at("coder").value.trim());
});
at("note").addEventListener("input", () => {
  remark(items[place].item, at("note").value);
  keep();
});
at("previous").addEventListener("click", keys.ArrowLeft);
at("next").addEventListener("click", keys.ArrowRight);
at("first").addEventListener("click", firstUnanswered);
at("save").addEventListener("click", save);
at("help").addEventListener("click", help);
at("file").addEventListener("change", () => { if (at("file").files[0]) open(at("file").files[0]); });
at("coder").value = stored(last) || "";
at("coder").focus();
