/* Says an amount in words below its box while it is typed: 20 (万元) → 即 200,000.00 元（贰拾万元整）.
   The same words as portal/words.py gives for pages without JavaScript. Whole numbers of fen, never floats. */

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿"];
const DECIMALS = { wan: 4, yuan: 0 };

/** The amount in fen, or null where the text is not an amount. */
export function toFen(text, kind) {
  const unit = kind === "wan" ? /万元?$/ : /元$/;
  const clean = text.normalize("NFKC").replace(/[,\s]/g, "").replace(/^[−–—]/, "-").replace(unit, "");
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(clean);
  if (!match) return null;
  const shift = DECIMALS[kind] + 2;
  const decimals = (match[3] ?? "").padEnd(shift, "0");
  const fen = BigInt(match[2] + decimals.slice(0, shift)) + (decimals[shift] >= "5" ? 1n : 0n);
  return match[1] ? -fen : fen;
}

function inGroup(number) {
  let text = "";
  let gap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(number / 10 ** place) % 10;
    if (digit === 0) {
      gap = gap || text !== "";
    } else {
      text += (gap ? "零" : "") + DIGITS[digit] + PLACES[place];
      gap = false;
    }
  }
  return text;
}

function inWhole(whole) {
  let text = "";
  let gap = false;
  for (let index = GROUPS.length - 1; index >= 0; index -= 1) {
    const group = Number((whole / 10n ** BigInt(4 * index)) % 10000n);
    if (group === 0) {
      gap = gap || text !== "";
    } else {
      text += (text && (gap || group < 1000) ? "零" : "") + inGroup(group) + GROUPS[index];
      gap = false;
    }
  }
  return text;
}

/** Fen as on a voucher: 20000000n → 贰拾万元整. */
export function inCapitals(fen) {
  const size = fen < 0n ? -fen : fen;
  const whole = size / 100n;
  const jiao = Number((size / 10n) % 10n);
  const rest = Number(size % 10n);
  let text = (fen < 0n ? "负" : "") + (whole ? `${inWhole(whole)}元` : "");
  if (!jiao && !rest) return `${text || "零元"}整`;
  if (jiao) text += `${DIGITS[jiao]}角`;
  else if (whole) text += "零";
  return text + (rest ? `${DIGITS[rest]}分` : "整");
}

/** Fen in figures: 20000000n → 200,000.00. */
export function inFigures(fen) {
  const size = fen < 0n ? -fen : fen;
  const whole = (size / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0n ? "-" : ""}${whole}.${(size % 100n).toString().padStart(2, "0")}`;
}

function echo(box) {
  const place = document.getElementById(box.dataset.echoInto);
  if (!place) return;
  const fen = toFen(box.value, box.dataset.echo);
  if (fen !== null) place.textContent = `即 ${inFigures(fen)} 元（${inCapitals(fen)}）`;
  else place.textContent = box.value.trim() ? "请只填数字，可带小数点" : "";
}

document.addEventListener("input", (event) => {
  if (event.target.dataset?.echo) echo(event.target);
});
