#!/usr/bin/env python3
"""Times Akin's tokenizers against Hugging Face's Rust library and SentencePiece's C++, in turn, and prints a table of ratios (medians over rounds).

usage: compare_tokenizers.py WORK_FOLDER [--shared FOLDER] [--threads 1] [--rounds 3] [--only NAME]

WORK_FOLDER is a scratch folder outside the project: the peer (npm tokenizers) and the texts are put there once. FOLDER (default: ../shared beside
the checkout) holds data/ and bench/. Needs node with npm, and sentencepiece for Python (Debian: python3-sentencepiece).

Ids are compared first, text by text. They must be equal; only against SentencePiece, whose versions break ties differently, may ids differ where the
scores of both paths are equal in float32. Texts are whole (nothing is cut), one call encodes 1,000 of them, special
tokens are added. The Rust library makes whole encodings whatever is asked for; SentencePiece makes ids, or pieces with their places.
"""
import argparse, gzip, json, os, random, statistics, subprocess, sys

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("work")
parser.add_argument("--shared", default=os.path.join(root, "..", "shared"))
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--only", default="")
options = parser.parse_args()
work, shared = os.path.abspath(options.work), os.path.abspath(options.shared)
tokenizers = os.path.join(shared, "data", "tokenizers")
akin = os.path.join(root, "akin")
os.makedirs(work, exist_ok=True)

large = os.path.join(work, "250000.json")
RUST = [("bert-base-uncased", "scifact"), ("bert-base-multilingual-cased", "nsmc"), ("bert-base-multilingual-cased", "thucnews"), ("roberta-base", "scifact"),
        ("roberta-base", "nsmc"), ("clip-vit-base-patch32", "scifact"), ("t5-small", "scifact"), ("t5-small", "nsmc"), ("ort-nmt-joint", "scifact"), ("250,000 pieces", "nsmc")]
SENTENCEPIECE = [("albert-base/spiece.model", "scifact"), ("xlnet-zh/spiece.model", "thucnews"), ("sentencepiece-tests/test_sentencepiece.model", "nsmc")]


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}")
    return done.stdout


def prepare():
    if not os.path.isdir(os.path.join(work, "node_modules", "tokenizers")):
        run("npm", "install", "--silent", "--ignore-scripts", "--prefix", work, "tokenizers", cwd=work)
    data = os.path.join(shared, "data")
    with gzip.open(os.path.join(data, "ir-scifact-beir", "corpus.jsonl.gz"), "rt", encoding="utf-8") as file:
        write("scifact", (json.loads(line)["text"] for line in file))
    with gzip.open(os.path.join(data, "ko-nsmc-rebuilt", "ratings_test.rebuilt.txt.gz"), "rt", encoding="utf-8") as file:
        write("nsmc", (line.rstrip("\n").split("\t")[1] for line in list(file)[1:]))
    titles = []
    for name in ("dev", "test"):
        with gzip.open(os.path.join(data, "zh-thucnews", name + ".txt.gz"), "rt", encoding="utf-8") as file:
            titles += [line.rstrip("\n").split("\t")[0] for line in file]
    write("thucnews", titles)
    if not os.path.isfile(large):
        # As large as XLM-R's: T5's pieces and normalizer, and below them the words and word parts of multilingual BERT.
        with open(os.path.join(tokenizers, "t5-small", "tokenizer.json"), encoding="utf-8") as file:
            definition = json.load(file)
        with open(os.path.join(tokenizers, "bert-base-multilingual-cased", "vocab.txt"), encoding="utf-8") as file:
            words = [word.rstrip("\n").removeprefix("##") for word in file]
        vocabulary = definition["model"]["vocab"]
        known, generator = {piece for piece, _ in vocabulary}, random.Random(3)
        for piece in ["▁" + word for word in words] + words + [word + word[-1] for word in words]:
            if piece not in known and len(vocabulary) < 250002:
                known.add(piece)
                vocabulary.append([piece, -20 - generator.randrange(64) / 64])  # exact in any reader of numbers
        with open(large, "w", encoding="utf-8") as file:
            json.dump(definition, file, ensure_ascii=False)


def write(name, texts):
    path = os.path.join(work, name + ".txt")
    if not os.path.isfile(path):
        lines = [" ".join(text.split()) for text in texts]
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(line + "\n" for line in lines if line)


def akin_speed(model, texts):
    return json.loads(run(akin, "bench", "tokenize", "--model", model, "--input", texts, "--threads", str(options.threads), "--json", "--quiet"))


def rust(model, texts, *more):
    environment = dict(os.environ, NODE_PATH=os.path.join(work, "node_modules"), RAYON_NUM_THREADS=str(options.threads),
                       TOKENIZERS_PARALLELISM="false" if options.threads == 1 else "true")
    return json.loads(run("node", os.path.join(shared, "bench", "hf_tokenizers.cjs"), model, texts, "3", *more, env=environment))


SENTENCEPIECE_SCRIPT = """
import json, statistics, sys, time
import sentencepiece
model, texts, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
processor = sentencepiece.SentencePieceProcessor(model_file=model)
lines = [line.rstrip("\\n") for line in open(texts, encoding="utf-8", newline="\\n")]
batches = [lines[i:i + 1000] for i in range(0, len(lines), 1000)]
if len(sys.argv) > 4:
    wrong = []
    for number, (line, ours) in enumerate(zip(lines, open(sys.argv[4]))):
        a, b = processor.encode(line), json.loads(ours)
        scores = [sum(processor.get_score(i) for i in ids) for ids in (a, b)]
        if a != b and abs(scores[0] - scores[1]) > 1e-6 * abs(scores[0]):
            wrong.append(number)
    print(json.dumps(wrong))
    sys.exit()
times, until = [], time.perf_counter() + 4
while len(times) < 3 or time.perf_counter() < until:
    start = time.perf_counter()
    count = sum(len(row) for batch in batches for row in processor.encode(batch, out_type=int, num_threads=threads))
    times.append(time.perf_counter() - start)
print(json.dumps({"tokensPerSecond": count / statistics.median(times)}))
"""


def sentencepiece(model, texts, *more):
    return json.loads(run("/usr/bin/python3", "-c", SENTENCEPIECE_SCRIPT, model, texts, str(options.threads), *more))


def compare(name, text, model, peer_name, wrong_lines, peer_speed):
    texts, ids = os.path.join(work, text + ".txt"), os.path.join(work, "akin-ids.jsonl")
    with open(ids, "w") as file:
        for line in run(akin, "tokenize", "--model", model, "--input", texts, "--json").splitlines():
            file.write(json.dumps(json.loads(line)["ids"]) + "\n")
    wrong = wrong_lines(texts, ids)
    if wrong:
        print(f"{name} on {text}: ids of {len(wrong)} texts differ, first in line {wrong[0] + 1}", file=sys.stderr)
        return False
    mine, other = [], []
    for _ in range(options.rounds):
        mine.append(akin_speed(model, texts))
        other.append(peer_speed(texts))
    ids = statistics.median(m["tokens_per_second"] for m in mine)
    encodings = statistics.median(m["tokens_per_second_with_offsets"] for m in mine)
    peer = statistics.median(other)
    print(f"| {name} | {text} | {ids / 1e6:.2f} | {encodings / 1e6:.2f} | {peer_name} {peer / 1e6:.2f} | {ids / peer:.1f} | {encodings / peer:.1f} | {mine[0]['allocated_bytes_per_text']:.0f} | {1000 * min(m['load_seconds'] for m in mine):.0f} |", flush=True)
    return True


prepare()
cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
print(f"CPU: {cpu}, {options.threads} thread(s), million tokens a second, medians of {options.rounds} rounds in turn\n")
print("| tokenizer | texts | ids | encodings | peer | ratio ids | ratio encodings | bytes allocated a text (ids) | load, ms |\n|---|---|---|---|---|---|---|---|---|")
good = True
for name, text in RUST:
    if options.only in f"{name} {text}":
        model = large if "pieces" in name else os.path.join(tokenizers, name, "tokenizer.json")

        def rust_differs(texts, ids, model=model):
            out = os.path.join(work, "rust-ids.jsonl")
            rust(model, texts, "--ids", out)
            ours, theirs = [[json.loads(line) for line in open(file)] for file in (ids, out)]
            return [i for i in range(max(len(ours), len(theirs))) if ours[i:i + 1] != theirs[i:i + 1]]
        good &= compare(name, text, model, "Rust", rust_differs, lambda texts, model=model: rust(model, texts)["tokensPerSecond"])
for name, text in SENTENCEPIECE:
    if options.only in f"{name} {text}":
        model = os.path.join(tokenizers, name)
        good &= compare(name, text, model, "SentencePiece", lambda texts, ids, model=model: sentencepiece(model, texts, ids),
                        lambda texts, model=model: sentencepiece(model, texts)["tokensPerSecond"])
sys.exit(0 if good else 1)
