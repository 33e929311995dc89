// Writes to standard output, as JSON, what Node.js knows of every code point: general category, script, and the smallest code point
// that it equals when case is ignored. Used by make_tables.py; run with a Node.js whose process.versions.unicode is 16 or later.
import { execFileSync } from 'node:child_process';

const LAST = 0x110000;
const isScalar = c => c < 0xd800 || c > 0xdfff;

function rangesOf(property) {
  const pattern = new RegExp(`^\\p{${property}}$`, 'u');
  const ranges = [];
  for (let c = 0; c < LAST; c++) {
    if (!isScalar(c) || !pattern.test(String.fromCodePoint(c))) continue;
    const last = ranges.at(-1);
    if (last && last[1] === c - 1) last[1] = c;
    else ranges.push([c, c]);
  }
  return ranges;
}

const categories = {};
for (const name of 'Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co'.split(' '))
  categories[name] = rangesOf(`gc=${name}`);

// The names of the scripts: those that Perl knows, and those that came after its tables.
const scripts = {};
const known = execFileSync('perl', ['-MUnicode::UCD=prop_values,prop_value_aliases', '-e',
  'print join " ", map { (prop_value_aliases("Script", $_))[1] } prop_values("Script")'], { encoding: 'utf8' }).split(' ');
const newer = ['Kawi', 'Nag_Mundari', 'Garay', 'Gurung_Khema', 'Kirat_Rai', 'Ol_Onal', 'Sunuwar', 'Todhri', 'Tulu_Tigalari', 'Sidetic', 'Tolong_Siki', 'Beria_Erfe', 'Tai_Yo'];
for (const name of [...new Set([...known, ...newer])].sort()) {
  if (name === 'Unknown' || name === 'Katakana_Or_Hiragana') continue;
  const ranges = rangesOf(`Script=${name}`);
  if (ranges.length > 0) scripts[name] = ranges;
}

const folds = {};
for (let c = 0; c < LAST; c++) {
  if (!isScalar(c)) continue;
  const text = String.fromCodePoint(c), lower = text.toLowerCase(), upper = text.toUpperCase();
  for (const other of [lower, upper, lower.toUpperCase(), upper.toLowerCase()]) {
    const d = other.codePointAt(0);
    if (d === c || [...other].length > 1 || !new RegExp(`^\\u{${c.toString(16)}}$`, 'iu').test(other)) continue;
    let a = c, b = d;
    while (folds[a] !== undefined) a = folds[a];
    while (folds[b] !== undefined) b = folds[b];
    if (a !== b) folds[Math.max(a, b)] = Math.min(a, b);
  }
}
for (const c of Object.keys(folds)) {
  while (folds[folds[c]] !== undefined) folds[c] = folds[folds[c]];
}
process.stdout.write(JSON.stringify({ unicode: process.versions.unicode, categories, scripts, folds }));
