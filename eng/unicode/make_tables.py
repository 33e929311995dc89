"""Writes src/Akin.Tokenizers/Unicode/unicode.bin, the character tables of Akin.Tokenizers.

Usage: python eng/unicode/make_tables.py --sweeps ../shared/golden/tokenizers/unicode --out src/Akin.Tokenizers/Unicode/unicode.bin

Published tokenizers were made by a library whose tables come from Unicode 8 to 17, each table of another version, so neither .NET's
tables nor those of one Unicode version give the same tokens. The tables are therefore taken from sweeps of the reference over every
code point. Only combining classes cannot be seen in a sweep of single characters: they come from the Unicode data of Python and Perl,
limited to the characters of Unicode 9.0, the version of the reference's normalization tables (U+1F23B, new in 9.0, decomposes; U+1F16C,
new in 12.0, does not). What the sweeps do not tell apart (Mc from Me, the kinds of punctuation, all scripts) comes from Node.js (properties.mjs beside this
file; run with Node.js 20.20, Unicode 17) for those code points that the reference's tables know.

File: little-endian arrays, each preceded by its length (int32), in the order of UnicodeTables.cs:
uint16 page index of the flags, uint16 flag pages (256 values each), uint16 page index of the combining classes, uint8 class pages,
then int32 for lower case, canonical and compatibility decomposition: keys, starts, values; then the primary composites: first, second, composite.
After that uint16 page indexes and uint8 pages of: general category (index into CATEGORIES), script (index into the names), and the script that the
reference's UnicodeScripts goes by (0: it knows none); uint8 the names of the scripts, separated by newlines; last int32 case folding: keys, and the
smallest code point that is equal without case.
"""
import argparse
import gzip
import json
import os
import struct
import subprocess
import unicodedata

LAST = 0x110000
WHITESPACE, CLEANED_TO_SPACE, CLEANED_AWAY, BERT_PUNCTUATION, CHINESE, NONSPACING, MARK, WORD, LOWER, CANONICAL, COMPATIBILITY, NUMERIC, PATTERN_WORD = (1 << i for i in range(13))
CATEGORIES = "Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co Cs".split()


def members(ranges, kind=None):
    return {c for r in ranges if kind is None or r[2] == kind for c in range(r[0], r[1] + 1)}


def paged(values):
    """[value per code point] -> (page of each 256, the distinct pages one after the other)"""
    pages, index, flat = {}, [], []
    for start in range(0, LAST, 256):
        page = tuple(values[start:start + 256])
        if page not in pages:
            pages[page] = len(pages)
            flat.extend(page)
        index.append(pages[page])
    return index, flat


def mapping(table):
    keys = sorted(table)
    starts, values = [0], []
    for k in keys:
        values.extend(table[k])
        starts.append(len(values))
    return [keys, starts, values]


def code_points(sweep):
    return {int(k, 16): [ord(c) for c in v] for k, v in sweep["map"].items()}


def in_unicode_9(candidates):
    """The code points that were assigned in Unicode 9.0."""
    script = 'for (split /,/, <STDIN>) { print "$_," if chr($_) =~ /\\p{In=9.0}/ }'
    out = subprocess.run(["perl", "-e", script], input=",".join(map(str, candidates)), capture_output=True, text=True, check=True).stdout
    return {int(c) for c in out.split(",") if c}


def owners(table):
    """{name: ranges} -> {code point: name}"""
    return {c: name for name, ranges in table.items() for c in members(ranges)}


def general_categories(oniguruma, known):
    """The category of each code point: as exact as the sweep of the regular expressions tells, within that as Node.js says."""
    exact = {c: name for name in ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Nd") for c in members(oniguruma["\\p{%s}" % name])}
    categories = [0] * LAST
    for group in "LMNPSZC":
        for c in members(oniguruma["\\p{%s}" % group]):
            name = exact.get(c) or known.get(c, "Cn")
            if 0xD800 <= c < 0xE000:
                name = "Cs"
            elif group == "C" and name[0] != "C":
                name = "Cn"  # newer than the reference
            assert name[0] == group, (hex(c), name, group)
            categories[c] = CATEGORIES.index(name)
    return categories


def reference_scripts(sweep, known, names):
    """The scripts that the reference tells apart: 0 where it knows none, Han for kana too, and the few that differ from Unicode 17."""
    probes = {"10000000000010": "Latin", "01000000000010": "Greek", "00100000000010": "Cyrillic", "00010000000010": "Hangul", "00001100000010": "Han",
              "00000010000010": "Arabic", "00000001000010": "Hebrew", "00000000100010": "Thai", "00000000010010": "Devanagari", "00000000001010": "Georgian",
              "00000000000110": "Common", "00000000000011": "Inherited"}
    scripts = [0] * LAST
    for first, last, told in sweep["ranges"]:
        for c in range(first, last + 1):
            if told == "11111111111101" or 0xD800 <= c < 0xE000:
                continue
            name = probes.get(told) or known[c]
            assert told in probes or name not in probes.values(), (hex(c), name)
            scripts[c] = names.index(name)
    return scripts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sweeps", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    with gzip.open(os.path.join(args.sweeps, "normalizers.json.gz"), "rt", encoding="utf-8") as f:
        normalizers = json.load(f)["normalizers"]
    with gzip.open(os.path.join(args.sweeps, "pre_tokenizers.json.gz"), "rt", encoding="utf-8") as f:
        sweeps = json.load(f)
    between, oniguruma = sweeps["between_letters"], sweeps["Split_regex_oniguruma"]
    node = json.loads(subprocess.run(["node", os.path.join(os.path.dirname(__file__), "properties.mjs")], capture_output=True, check=True).stdout)

    lower = code_points(normalizers["Lowercase"])
    canonical = code_points(normalizers["NFD"])
    full = code_points(normalizers["NFKD"])
    full.update({c: [0x20] for c in members(normalizers["NFKD"]["to_space"])})
    compatibility = {c: v for c, v in full.items() if canonical.get(c) != v}
    composed = {c for c in canonical if "%04X" % c not in normalizers["NFC"]["map"]}
    by_decomposition = {tuple(canonical[c]): c for c in composed}
    composites = []
    for c in sorted(composed):
        *head, second = canonical[c]
        first = head[0] if len(head) == 1 else by_decomposition[tuple(head)]
        composites.append((first, second, c))
    composites.sort()

    flags = [0] * LAST

    def mark(points, flag):
        for c in points:
            flags[c] |= flag
    clean = normalizers["BertNormalizer.clean_text"]
    stripped = normalizers["BertNormalizer.strip_accents"]
    spaces = members(between["WhitespaceSplit"], "R")
    assert spaces == members(between["BertPreTokenizer"], "R") == members(between["Whitespace"], "R")
    assert members(between["BertPreTokenizer"], "S") == members(between["Punctuation"], "S")
    mark(spaces, WHITESPACE)
    mark(members(clean["to_space"]) | {0x20}, CLEANED_TO_SPACE)
    mark(members(clean["removed"]), CLEANED_AWAY)
    mark(members(between["BertPreTokenizer"], "S"), BERT_PUNCTUATION)
    mark(members(normalizers["BertNormalizer.handle_chinese_chars"]["surrounded_by_spaces"]), CHINESE)
    mark({c for c in members(stripped["removed"]) if c not in canonical}, NONSPACING)
    mark(members(normalizers["StripAccents"]["removed"]), MARK)
    mark(set(range(LAST)) - spaces - members(between["Whitespace"], "S") - set(range(0xD800, 0xE000)), WORD)
    mark(lower, LOWER)
    mark(canonical, CANONICAL)
    mark(compatibility, COMPATIBILITY)
    mark(members(between["Digits"], "S"), NUMERIC)
    mark(members(oniguruma["\\w"]), PATTERN_WORD)
    gpt2 = sweeps["ByteLevel_gpt2_pattern_class"]
    for kind, name in (("L", "\\p{L}"), ("N", "\\p{N}"), ("space", "\\s")):
        assert members(gpt2, kind) == members(oniguruma[name])
    assert spaces == members(oniguruma["\\s"]) == members(normalizers["Strip"]["removed"])

    classes = [0] * LAST
    for c in in_unicode_9([c for c in range(LAST) if unicodedata.combining(chr(c))]):
        classes[c] = unicodedata.combining(chr(c))

    arrays = [*paged(flags), *paged(classes), *mapping(lower), *mapping(canonical), *mapping(compatibility)]
    arrays += [[c[i] for c in composites] for i in range(3)]
    kinds = "HHHB" + "i" * 12

    names = ["Unknown", *sorted(node["scripts"])]
    known_scripts = owners(node["scripts"])
    arrays += [*paged(general_categories(oniguruma, owners(node["categories"])))]
    arrays += [*paged([names.index(known_scripts.get(c, "Unknown")) for c in range(LAST)])]
    arrays += [*paged(reference_scripts(sweeps["UnicodeScripts"], known_scripts, names))]
    arrays += ["\n".join(names).encode()]
    folds = {int(c): f for c, f in node["folds"].items()}
    arrays += [sorted(folds), [folds[c] for c in sorted(folds)]]
    kinds += "HBHBHBBii"
    with open(args.out, "wb") as f:
        for a, kind in zip(arrays, kinds, strict=True):
            f.write(struct.pack("<i%d%s" % (len(a), kind), len(a), *a))
    print(os.path.getsize(args.out), [len(a) for a in arrays])


if __name__ == "__main__":
    main()
