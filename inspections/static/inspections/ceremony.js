// The secrets of a draw are made and hashed here; the server gets a secret only when it is revealed.
import { sha256 } from "../vendor/noble/sha2.js";

const text = new TextEncoder();
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const bytesOf = (digits) => Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// Big-endian, as DRAW-1 §2 frames lengths and numbers.
function number(value, width) {
  const bytes = new Uint8Array(width);
  new DataView(bytes.buffer).setUint32(width - 4, value);
  return bytes;
}

function frame(tag, ...parts) {
  const framed = [text.encode(tag), new Uint8Array(1)];
  for (const part of parts) framed.push(number(part.length, 8), part);
  return joined(framed);
}

function commitment(bound, party, secret) {
  return hex(sha256(frame(
    "DRAW1/commit",
    text.encode(bound.draw),
    number(Number(bound.attempt), 4),
    text.encode(party),
    bytesOf(bound.pool),
    bytesOf(secret),
  )));
}

// Not crypto.subtle: it is missing on plain http in a LAN; random values are there.
const fresh = () => hex(crypto.getRandomValues(new Uint8Array(32)));

function save(bound, secret) {
  const file = new Blob([`${secret}\n`], { type: "text/plain" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${bound.draw}-${bound.attempt}-${bound.party}.txt`;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function post(address, form, fields) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  return answer.json();
}

function apart(bound) {
  const make = document.querySelector('[data-ceremony="make"]');
  make?.addEventListener("click", () => {
    const secret = fresh();
    save(bound, secret);
    document.querySelector('[name="value"]').value = commitment(bound, bound.party, secret);
    make.disabled = true;
  });
  document.querySelector('[data-ceremony="file"]')?.addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) document.querySelector('[name="secret"]').value = (await file.text()).trim();
  });
}

function together(stage, bound) {
  const [first, second] = stage.querySelectorAll("section");
  const said = stage.querySelector(".sitting-refusal");
  const secrets = { mine: fresh(), other: fresh() };
  const values = {
    mine: commitment(bound, bound.party, secrets.mine),
    other: commitment(bound, stage.dataset.other, secrets.other),
  };
  let pass = "";
  const refuse = (words) => {
    said.textContent = words;
    said.hidden = !words;
  };
  first.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = { value_mine: values.mine, value_other: values.other };
    const told = await post(stage.dataset.commit, event.target, fields);
    refuse(told.refusal ?? "");
    if (!told.pass) return;
    pass = told.pass;
    for (const side of ["mine", "other"]) {
      stage.querySelector(`[data-value="${side}"]`).textContent = values[side];
    }
    first.hidden = true;
    second.hidden = false;
  });
  second.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = { pass, secret_mine: secrets.mine, secret_other: secrets.other };
    const told = await post(stage.dataset.finish, event.target, fields);
    refuse(told.refusal ?? "");
    if (told.url) location.assign(told.url);
  });
}

const bound = document.getElementById("bound")?.dataset;
const stage = document.getElementById("sitting");
if (stage) together(stage, bound);
else if (bound) apart(bound);
