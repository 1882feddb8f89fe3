"use strict";
// Steps through the passes of one circuit. DATA.moments comes from the teller: what is there after each step, and what
// is said of it. A number that has not arrived is absent, not 0.
const DATA = JSON.parse(document.getElementById("data").textContent);
const find = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const last = DATA.moments.length - 1;
let now = 0;
let hidden = null; // in predict mode: the wires of this step whose gradients are still to be told

function place(text) {
  const step = Number(text);
  return Number.isInteger(step) ? Math.min(Math.max(step, 0), last) : 0;
}

// What of the step's own gradients is kept back until it has been predicted.
function asked(moment) {
  return find("predict").checked && moment.phase === "backward" ? moment.fed.filter((wire) => DATA.answers[wire] !== null) : [];
}

function show(step, told = false) {
  now = place(step);
  const moment = DATA.moments[now];
  const waiting = told ? [] : asked(moment);
  hidden = waiting.length ? waiting : null;
  const before = DATA.moments[Math.max(now - 1, 0)];
  const seen = hidden ? before : moment;
  const values = new Set(moment.values), gradients = new Set(seen.gradients), branches = new Set(seen.branches);
  for (const label of all("[data-of]")) {
    const there = (label.classList.contains("gradient") ? gradients : values).has(Number(label.dataset.of));
    const name = label.querySelector(".name");
    for (const part of label.childNodes) if (part !== name && part.nodeType === 3) part.data = there ? texts.get(part) : "";
    label.classList.toggle("absent", !there && !name);
  }
  for (const label of all("[data-branch]")) label.classList.toggle("absent", !branches.has(Number(label.dataset.branch)));
  for (const box of all("[data-box]"))
    for (const shape of box.querySelectorAll(".gate")) shape.classList.toggle("active", Number(box.dataset.box) === moment.active);
  for (const wire of all("[data-wire]")) wire.classList.toggle("fed", moment.fed.includes(Number(wire.dataset.wire)));
  find("slider").value = now;
  find("step").textContent = `step ${now} of ${last}`;
  find("first").disabled = find("back").disabled = now === 0;
  find("next").disabled = find("end").disabled = now === last;
  tell(moment);
  if (location.hash !== `#${now}`) history.replaceState(null, "", `#${now}`);
}

// The text of every label, kept while it is absent.
const texts = new Map();
for (const label of all("[data-of]")) for (const part of label.childNodes) if (part.nodeType === 3) texts.set(part, part.data);

function line(text, kind) {
  const paragraph = document.createElement("p");
  paragraph.className = kind;
  paragraph.textContent = text;
  return paragraph;
}

function tell(moment) {
  const told = find("told");
  const title = document.createElement("h2");
  title.textContent = moment.title;
  told.replaceChildren(title, line(moment.says, "says"));
  if (hidden) told.append(question(hidden));
  else told.append(...moment.lines.map((text) => line(text, moment.phase === "end" ? "says" : "equation")));
}

// Asks for the next downstream gradient before it is shown.
function question(wires) {
  const wire = wires[0];
  const form = document.createElement("form");
  form.className = "ask";
  const label = document.createElement("label");
  label.htmlFor = "guess";
  label.textContent = `${DATA.questions[wire]} =`;
  const guess = document.createElement("input");
  guess.id = "guess";
  guess.autocomplete = "off";
  guess.inputMode = "decimal";
  const check = document.createElement("button");
  check.textContent = "Check";
  const give = document.createElement("button");
  give.type = "button";
  give.textContent = "Show it";
  const answer = document.createElement("span");
  answer.setAttribute("role", "status");
  form.append(label, guess, check, give, answer);
  give.onclick = () => show(now, true);
  form.onsubmit = (event) => {
    event.preventDefault();
    const number = Number(guess.value.trim().replace("−", "-"));
    const right = guess.value.trim() !== "" && close(number, DATA.answers[wire]);
    answer.className = right ? "good" : "bad";
    answer.textContent = right ? "right" : "not yet: upstream x local";
    if (!right) return;
    hidden = wires.slice(1);
    if (hidden.length) form.replaceWith(line(`${DATA.questions[wire]} = ${guess.value.trim()}: right`, "good"), question(hidden));
    else show(now, true);
  };
  return form;
}

// A guess is judged to the digits that are shown.
function close(guess, answer) {
  return guess === answer || Math.abs(guess - answer) <= 0.006 * Math.abs(answer);
}

find("first").onclick = () => show(0);
find("back").onclick = () => show(now - 1);
find("next").onclick = () => show(now + 1);
find("end").onclick = () => show(last);
find("slider").max = last;
find("slider").oninput = (event) => show(event.target.value);
find("predict").onchange = () => show(now);
addEventListener("hashchange", () => show(location.hash.slice(1)));
addEventListener("keydown", (event) => {
  if (event.target.id === "guess" || event.altKey || event.ctrlKey || event.metaKey) return;
  const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: last }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  show(to);
});
show(location.hash.slice(1));
