"use strict";
// Steps through the passes of one circuit. DATA.moments comes from the teller: what is there after each step, and what
// is said of it. A number that has not arrived is absent, not 0. Where the inputs can be edited, `compute` gives all
// numbers again, and the equations are put together here.
// A page has a view for each way in which its boxes may be open: DATA and `compute` are those of the one that is shown.
let DATA = JSON.parse(document.getElementById("data").textContent);
const VIEWS = [DATA, ...DATA.others];
const openable = DATA.openable;
let compute = COMPUTES[0];
const find = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
let last = DATA.moments.length - 1;
let now = 0;
let edited = null; // the numbers of `compute` where the inputs are not the given ones
let answers = DATA.answers;
let hidden = null; // in predict mode: the wires of this step whose gradients are still to be told

function place(text) {
  const step = Number(text);
  return Number.isInteger(step) ? Math.min(Math.max(step, 0), last) : 0;
}

// What of the step's own gradients is kept back until it has been predicted.
function asked(moment) {
  return find("predict").checked && moment.phase === "backward" ? moment.fed.filter((wire) => answers[wire] !== null) : [];
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
  bring(moment.active);
  const address = `#${now}${DATA === VIEWS[0] ? "" : `:${DATA.open.map(encodeURIComponent).join("+")}`}${edited ? DATA.inputs.map(({ name, first, texts }) => `&${encodeURIComponent(name)}=${edited.at.slice(first, first + texts.length)}`).join("") : ""}`;
  if (location.hash !== address) history.replaceState(null, "", address);
}

// The text of every label, kept while it is absent; and as it was given. An array has a line for each of its rows.
let texts, given;
const rows = new Map();
function learn() {
  texts = new Map();
  const counts = new Map();
  for (const label of all("[data-of],[data-branch]")) {
    const { of, branch, local } = label.dataset;
    const key = [of, branch, local, label.classList.contains("gradient")].join();
    for (const part of label.childNodes) if (part.nodeType === 3) {
      texts.set(part, part.data);
      rows.set(part, counts.get(key) ?? 0);
      counts.set(key, rows.get(part) + 1);
    }
  }
  given = new Map(texts);
  for (const box of all("[data-box]")) {
    const name = DATA.opens[box.dataset.box];
    if (!name || !openable.includes(name)) continue;
    for (const [key, value] of Object.entries({ tabindex: "0", role: "button", "aria-label": `open ${name}` })) box.setAttribute(key, value);
    box.onclick = () => toggle(name);
    box.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle(name);
    };
  }
}
for (const { inputs } of VIEWS) {
  let entries = 0; // of each input the place of its first one
  for (const input of inputs) {
    input.first = entries;
    entries += input.texts.length;
  }
}

// Boxes open and close: another drawing takes this one's place, at the same step, with the same numbers.
function other(name) {
  const wanted = DATA.open.includes(name) ? DATA.open.filter((one) => one !== name) : [...DATA.open, name];
  return VIEWS.find(({ open }) => open.length === wanted.length && open.every((one) => wanted.includes(one)));
}

const drawings = [document.querySelector(".circuit svg"), ...[...document.querySelectorAll("template.view")].map((one) => one.content.querySelector("svg"))];
function enter(view) {
  const before = DATA.moments[now], at = edited?.at;
  const step = (moments) => moments.findIndex(({ phase, title }) => phase === before.phase && title === before.title);
  const of = (moments) => moments.flatMap(({ phase }, place) => (phase === before.phase ? [place] : []));
  const [mine, theirs] = [of(DATA.moments), of(view.moments)];
  const found = step(view.moments);
  // the step of the same name; where there is none, as far in its pass
  const next = found >= 0 ? found : theirs[Math.floor((mine.indexOf(now) * theirs.length) / mine.length)] ?? 0;
  put(null); // this drawing as it was given, for when it comes back
  for (const [part, text] of given) part.data = text;
  DATA = view;
  compute = COMPUTES[VIEWS.indexOf(view)];
  last = DATA.moments.length - 1;
  find("slider").max = last;
  document.querySelector(".circuit").replaceChildren(drawings[VIEWS.indexOf(view)]);
  learn();
  put(at ?? null);
  tell_boxes();
  now = next;
}

function toggle(name) {
  const view = other(name);
  if (!view) return;
  enter(view);
  edit();
  show(now);
  document.querySelector(`#boxes button[data-name="${CSS.escape(name)}"]`).focus();
}

function tell_boxes() {
  for (const button of all("#boxes button")) {
    const name = button.dataset.name, isOpen = DATA.open.includes(name);
    button.textContent = `${isOpen ? "▾ close" : "▸ open"} ${name}`;
    button.setAttribute("aria-expanded", isOpen);
    button.disabled = !other(name);
  }
}

// On a narrow page the gate of the step comes into the middle.
function bring(box) {
  const gate = document.querySelector(`[data-box="${box}"]`), frame = document.querySelector(".circuit");
  if (!gate) return;
  const at = gate.getBoundingClientRect(), around = frame.getBoundingClientRect();
  frame.scrollLeft += at.left + at.width / 2 - around.left - around.width / 2;
}

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
  else told.append(...(edited ? again(moment) : moment.lines).map((text) => line(text, moment.phase === "end" && !edited ? "says" : "equation")));
}

// A number as the picture has it: DATA.digits significant ones, or all.
function shown(number) {
  if (Number.isNaN(number)) return "nan";
  if (!Number.isFinite(number)) return number > 0 ? "inf" : "-inf";
  if (number === 0) return "0";
  const digits = DATA.digits;
  const written = digits === null ? number.toExponential() : rounded(number, digits);
  const [mantissa, power] = written.split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= (digits === null ? 16 : digits))
    return `${mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  const places = digits === null ? Math.max(mantissa.replace("-", "").replace(".", "").length - 1 - exponent, 0) : digits - 1 - exponent;
  const text = Number(written).toFixed(places);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

// So many digits; what lies just between two numbers becomes the even one, where toExponential takes the larger.
function rounded(number, digits) {
  const [mantissa, power] = number.toExponential(60).split("e");
  const sign = number < 0 ? "-" : "", all = mantissa.replace(/[-.]/g, "");
  const head = all.slice(0, digits);
  if (!/^50*$/.test(all.slice(digits)) || Number(head.at(-1)) % 2) return number.toExponential(digits - 1);
  return `${sign}${head[0]}${digits > 1 ? `.${head.slice(1)}` : ""}e${power}`;
}

// The lines of an array as the picture has them, its columns aligned at their points; one line of a single number,
// `null` where the picture has only the shape.
function lines(value, shape) {
  if (!shape.length) return [shown(value)];
  const wide = shape.at(-1);
  if (value.length > 9 || wide > 5) return null;
  const split = value.map((one) => {
    const text = shown(one), at = text.search(/[.e]/);
    return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
  });
  const longest = (column, part) => Math.max(...split.filter((_, place) => place % wide === column).map((one) => one[part].length));
  const cells = split.map(([whole, rest], place) => whole.padStart(longest(place % wide, 0)) + rest.padEnd(longest(place % wide, 1)));
  return Array.from({ length: cells.length / wide }, (_, row) => `[${cells.slice(row * wide, (row + 1) * wide).join("  ")}]`);
}

// A number, or an array in one line: [[1, 2], [3, 4]]
function nested(value, shape) {
  if (!shape.length) return shown(value);
  const size = value.length / shape[0];
  const parts = Array.from({ length: shape[0] }, (_, place) => nested(shape.length > 1 ? value.slice(place * size, (place + 1) * size) : value[place], shape.slice(1)));
  return `[${parts.join(", ")}]`;
}

// An equation `start = numbers = result`. Where a number is rounded it says ≈.
function equation(start, template, numbers, result, shape = []) {
  const exact = [...numbers, result].flat().every((number) => Number.isNaN(number) || Number(shown(number).replace("inf", "Infinity")) === number);
  const sign = exact ? "=" : "≈";
  return `${start} ${sign} ${template === null ? "" : `${template} ${sign} `}${nested(result, shape)}`;
}

const bracketed = (text) => (text.startsWith("-") ? `(${text})` : text);

// The equations of a step at the inputs that were put in: of a gate's forward step its numbers put in; backwards
// upstream x local = downstream for each input; of a copy the sum of its branches.
function again(moment) {
  const box = moment.active;
  const name = (place) => DATA.labels[place];
  if (moment.phase === "start") return [];
  if (moment.phase === "end") return DATA.inputs.filter(({ box }) => edited.gradients[box] !== undefined && edited.gradients[box] !== null)
    .map(({ box }) => equation(`∂${DATA.of}/∂${name(box)}`, null, [], edited.gradients[box], DATA.shapes[box]));
  if (moment.phase === "forward") {
    const numbers = [];
    let pieces = DATA.lines[box].split("\ue000");
    const isOfArrays = pieces.some((piece, place) => place % 2 && typeof edited.values[Number(piece)] !== "number");
    if (isOfArrays || DATA.shapes[box].length) pieces = []; // arrays are not put in: the result says enough
    for (let place = 1; place < pieces.length; place += 2) {
      const number = edited.values[Number(pieces[place])], text = shown(number);
      numbers.push(number);
      const alone = /(^|[(,] ?)$/.test(pieces[place - 1]) && /^( [+-] |,|\)|$)/.test(pieces[place + 1]);
      pieces[place] = alone ? text : bracketed(text);
    }
    return [equation(`${name(box)} = ${DATA.expressions[box]}`, pieces.length > 1 ? pieces.join("") : null, numbers, edited.values[box], DATA.shapes[box])];
  }
  const gradient = `∂${DATA.of}/∂${name(box)}`;
  if (moment.fed.length)
    return moment.fed.map((wire) => {
      const [upstream, local, downstream] = [edited.gradients[box], edited.local[wire], edited.downstream[wire]];
      if (typeof local !== "number" || typeof upstream !== "number" || typeof downstream !== "number")
        return equation(DATA.questions[wire], null, [], downstream, DATA.shapes[DATA.wires[wire][0]]);
      return equation(`${DATA.questions[wire]} = upstream x local`, `${shown(upstream)}*${bracketed(shown(local))}`, [upstream, local], downstream);
    });
  const branches = DATA.wires.flatMap(([source], wire) => (source === box && edited.downstream[wire] !== null ? [edited.downstream[wire]] : []));
  if (branches.length < 2 || DATA.shapes[box].length) return [equation(gradient, null, [], edited.gradients[box], DATA.shapes[box])];
  return [equation(gradient, branches.map((one, place) => (place ? bracketed(shown(one)) : shown(one))).join(" + "), branches, edited.gradients[box])];
}

// Puts the numbers of these inputs into the picture; `null` for those that were given.
function put(at) {
  edited = at && { at, ...compute(...at) };
  answers = edited ? edited.downstream.map((one) => (Number.isFinite(one) ? one : null)) : DATA.answers;
  for (const [part, text] of given) texts.set(part, edited ? text_of(part, text) : text);
  for (const label of all("[data-branch]")) for (const part of label.childNodes) if (part.nodeType === 3) part.data = texts.get(part);
  const told = document.querySelector(".circuit desc"); // the picture in words
  if (told) {
    told.dataset.first ??= told.textContent;
    told.textContent = edited ? `${told.dataset.first.split(". Its output ")[0]}. Its numbers are computed again in this page.` : told.dataset.first;
  }
  const states = new Map();
  for (const wire of all("[data-wire]")) {
    const place = Number(wire.dataset.wire), source = DATA.wires[place][0];
    const zero = edited ? !DATA.still[place] && [edited.downstream[place]].flat().every((one) => one === 0) : DATA.zero[place];
    wire.classList.toggle("zero", zero);
    states.set(source, [...(states.get(source) ?? []), DATA.still[place] ? "still" : zero ? "zero" : "flows"]);
  }
  for (const stub of all("[data-stub]"))
    stub.classList.toggle("zero", (states.get(Number(stub.dataset.stub)) ?? ["flows"]).every((state) => state === "zero"));
}

function text_of(part, text) {
  const { of, branch, local } = part.parentNode.dataset;
  const kind = part.parentNode.classList;
  const row = (value, shape) => (value === null ? null : lines(value, shape))?.[rows.get(part)];
  if (local !== undefined) {
    const found = edited.local[local] === null ? null : lines(edited.local[local], DATA.locals[local]);
    return found === null || found.length > 1 ? text : `×${found[0]}`;
  }
  if (branch !== undefined) return row(edited.downstream[branch], DATA.shapes[DATA.wires[branch][0]]) ?? text;
  if (kind.contains("value")) {
    const found = row(edited.values[of], DATA.shapes[of]);
    return found === undefined ? text : text.match(/^ */)[0] + found.trimStart();
  }
  return DATA.formulas ? text : row(edited.gradients[of], DATA.shapes[of]) ?? text;
}

// A number as a person writes it: -2, 1e-3, 1/3; NaN for what is none, and `undefined` for a text without one.
function read(text) {
  const words = text.trim().replace("−", "-");
  const parts = words.split("/").map((one) => ({ inf: Infinity, "-inf": -Infinity, nan: NaN })[one] ?? (one.trim() === "" ? undefined : Number(one)));
  if (parts.length > 2 || parts.includes(undefined) || (parts.some(Number.isNaN) && words !== "nan")) return undefined;
  return parts.length === 2 ? parts[0] / parts[1] : parts[0];
}

function edit() {
  const boxes = all("#inputs input");
  const numbers = boxes.map((input) => read(input.value));
  boxes.forEach((input, place) => {
    input.setAttribute("aria-invalid", numbers[place] === undefined);
  });
  const wrong = boxes.find((_, place) => numbers[place] === undefined);
  const same = numbers.every((number, place) => Object.is(number, read(start[place])));
  if (!wrong) {
    put(same ? null : numbers);
    show(now);
  }
  find("note").textContent = wrong ? `${wrong.name} is no number yet: the picture keeps what it had`
    : same ? "" : ["Recomputed in this page with doubles, by the same rules.", ...bends(),
      "Whether a derivative exists at this point is not looked for here."].join(" ");
}

// What is to be said of gates that bend at the numbers put in: the largest of a max are equal, the argument of abs is 0.
function bends() {
  const found = [];
  for (const [gate, text, boxes] of DATA.bends) {
    const values = boxes.map((box) => [edited.values[box]].flat());
    const size = Math.max(...values.map((one) => one.length));
    if (values.some((one) => one.length !== 1 && one.length !== size)) continue; // copied along some axes
    const bent = Array.from({ length: size }, (_, place) => values.map((one) => one[one.length > 1 ? place : 0])).some((entry) => {
      const chosen = gate === "max" ? Math.max(...entry) : gate === "min" ? Math.min(...entry) : 0;
      return entry.filter((value) => value === chosen).length >= (gate === "max" || gate === "min" ? 2 : 1);
    });
    if (!bent) continue;
    found.push(`${text} bends here, ${values.length > 1 ? `for inputs of ${gate} are equal` : "for its input is 0"}: its local gradient is a convention.`);
  }
  return found;
}

const start = VIEWS[0].inputs.flatMap(({ texts }) => texts);

// The place of an entry along each axis.
function index(place, shape) {
  return shape.map((size, axis) => Math.floor(place / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % size);
}

function fields() {
  for (const { name, texts, box, shape } of DATA.inputs) {
    const label = document.createElement(shape.length ? "fieldset" : "label");
    label.hidden = box < 0;
    const made = texts.map((value, place) => {
      const input = document.createElement("input");
      const called = shape.length ? `${name}[${index(place, shape).join(", ")}]` : name;
      Object.assign(input, { name: called, value, autocomplete: "off", inputMode: "text", spellcheck: false, oninput: edit });
      input.setAttribute("aria-label", called);
      return input;
    });
    if (shape.length) {
      const title = document.createElement("legend"), grid = document.createElement("div");
      title.textContent = `${name} =`;
      grid.className = "entries";
      grid.style.gridTemplateColumns = `repeat(${shape.at(-1)}, auto)`;
      grid.append(...made);
      label.append(title, grid);
    } else label.append(`${name} =`, ...made);
    find("inputs").insertBefore(label, find("reset"));
  }
  find("inputs").hidden = !DATA.inputs.length;
  find("inputs").onsubmit = (event) => event.preventDefault();
  find("reset").onclick = () => {
    all("#inputs input").forEach((input, place) => (input.value = start[place]));
    edit();
  };
}

// The address has the step, and the inputs where they are not the given ones: #4&x=2&y=0.5
function visit() {
  const [place_, ...inputs] = location.hash.slice(1).split("&");
  const [step, open] = place_.split(":");
  const wanted = open === undefined ? VIEWS[0].open : open.split("+").filter(Boolean).map(decodeURIComponent);
  const view = VIEWS.find((one) => one.open.length === wanted.length && one.open.every((name) => wanted.includes(name)));
  if (view && view !== DATA) enter(view);
  const found = new Map(inputs.map((one) => [decodeURIComponent(one.split("=")[0]), one.split("=")[1]]));
  if (DATA.inputs.length) {
    const numbers = DATA.inputs.flatMap(({ name, texts }) => {
      const given = found.get(name)?.split(",") ?? [];
      return given.length === texts.length ? given : texts;
    });
    all("#inputs input").forEach((input, place) => (input.value = numbers[place]));
    now = place(step);
    edit();
  }
  show(step);
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
    const right = guess.value.trim() !== "" && close(number, answers[wire]);
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
addEventListener("hashchange", visit);
addEventListener("keydown", (event) => {
  if ((event.target.tagName === "INPUT" && event.target.type !== "range") || event.altKey || event.ctrlKey || event.metaKey) return;
  const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: last }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  show(to);
});
for (const button of all("#boxes button")) button.onclick = () => toggle(button.dataset.name);
learn();
tell_boxes();
fields();
visit();
