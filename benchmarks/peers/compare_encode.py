#!/usr/bin/env python3
"""Times Akin against ONNX Runtime on the same token ids, in turn, and prints a table of ratios (medians over rounds).

usage: compare_encode.py WORK_FOLDER [--shared FOLDER] [--threads 2] [--rounds 3] [--only NAME]

WORK_FOLDER is a scratch folder outside the project: the peer (npm onnxruntime-node), the exported ONNX files, the random BERT-base and the
token ids are put there once. FOLDER (default: ../shared beside the checkout) holds models/all-MiniLM-L6-v2, data/ and bench/.
Needs node with npm, and torch and numpy for the export (Debian: python3-torch python3-numpy).

Each workload is checked first: the first vector's first eight values must agree within 1e-5. ONNX Runtime gets what
sentence-transformers would give it: texts sorted by length, batches of 32, padded to the longest of the batch.
"""
import argparse, gzip, json, os, random, statistics, subprocess, sys

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("work")
parser.add_argument("--shared", default=os.path.join(root, "..", "shared"))
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--only", default="")
options = parser.parse_args()
work, shared = os.path.abspath(options.work), os.path.abspath(options.shared)
here = os.path.dirname(os.path.abspath(__file__))
minilm = os.path.join(shared, "models", "all-MiniLM-L6-v2")
base = os.path.join(work, "bert-base")
akin = os.path.join(root, "akin")
os.makedirs(work, exist_ok=True)


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}")
    return done.stdout


def prepare():
    if not os.path.isdir(os.path.join(work, "node_modules", "onnxruntime-node")):
        run("npm", "install", "--silent", "--ignore-scripts", "--prefix", work, "onnxruntime-node", cwd=work)
    if not os.path.isfile(os.path.join(base, "model.safetensors")):
        run("/usr/bin/python3", os.path.join(here, "random_bert.py"), base)
    for name, folder in (("minilm", minilm), ("bert-base", base)):
        if not os.path.isfile(os.path.join(work, name + ".onnx")):
            run("/usr/bin/python3", os.path.join(shared, "bench", "export_onnx.py"), folder, os.path.join(work, name + ".onnx"))
    generator = random.Random(1)
    for count, length in ((32, 32), (32, 128), (1, 32), (1, 128)):
        write_ids(f"{count}x{length}", ([101] + [generator.randrange(1000, 20000) for _ in range(length - 2)] + [102] for _ in range(count)))
    sts = [line.rstrip("\n").split("\t") for line in open(os.path.join(shared, "data", "stsb-en", "original", "sts-test.tsv"), encoding="utf-8")]
    write_texts("sts-b", [row[column] for row in sts for column in (5, 6)])
    with gzip.open(os.path.join(shared, "data", "ir-scifact-beir", "corpus.jsonl.gz"), "rt", encoding="utf-8") as file:
        documents = [json.loads(line) for line in file]
    write_texts("scifact", [f"{d['title']} {d['text']}".strip().replace("\n", " ") for d in documents[::10]])   # every tenth: 519 documents


def write_ids(name, rows):
    with open(os.path.join(work, name + ".jsonl"), "w") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")


def write_texts(name, texts):
    path = os.path.join(work, name + ".txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(texts) + "\n")
    lines = run(akin, "tokenize", "--model", minilm, "--input", path, "--max-length", "256", "--json").splitlines()
    write_ids(name, (json.loads(line)["ids"] for line in lines))


def time_akin(folder, ids):
    return json.loads(run(akin, "bench", "encode", "--model", folder, "--input", ids, "--threads", str(options.threads), "--json"))


def time_peer(onnx, ids, repeats):
    environment = {**os.environ, "NODE_PATH": os.path.join(work, "node_modules")}
    return json.loads(run("node", os.path.join(shared, "bench", "ort_encode.cjs"), onnx, str(options.threads), ids, "32", str(repeats), env=environment))


prepare()
cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
print(f"CPU: {cpu}, {options.threads} threads, medians of {options.rounds} rounds in turn\n")
print("| model | texts | Akin seq/s | ONNX Runtime seq/s | ratio | Akin tokens/s |\n|---|---|---|---|---|---|")
for model, folder in (("minilm", minilm), ("bert-base", base)):
    for name in ("32x32", "32x128", "1x32", "1x128", "sts-b", "scifact"):
        if options.only not in f"{model} {name}" or (model == "bert-base" and name in ("sts-b", "scifact")):
            continue
        ids, onnx = os.path.join(work, name + ".jsonl"), os.path.join(work, model + ".onnx")
        repeats = 1 if name == "scifact" else 3 if name == "sts-b" or (model == "bert-base" and name.startswith("32")) else 15
        ours, theirs = [], []
        for _ in range(options.rounds):
            ours.append(time_akin(folder, ids))
            theirs.append(time_peer(onnx, ids, repeats))
        difference = max(abs(a - b) for a, b in zip(ours[0]["check"], theirs[0]["check"]))
        if difference > 1e-5:
            sys.exit(f"{model} {name}: results differ by {difference:g}")
        a = statistics.median(r["sequences_per_second"] for r in ours)
        b = statistics.median(r["sequencesPerSecond"] for r in theirs)
        t = statistics.median(r["tokens_per_second"] for r in ours)
        print(f"| {model} | {name} | {a:.1f} | {b:.1f} | {a / b:.2f} | {t:.0f} |", flush=True)
