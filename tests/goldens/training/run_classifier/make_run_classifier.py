"""Makes run.json: a training as google-research/bert's run_classifier.py does it, in PyTorch and float64. Usage: make_run_classifier.py MODEL_FOLDER > run.json

Written from the formulas of BERT (Devlin et al. 2018) and of the script's optimizer; MODEL_FOLDER is tests/goldens/models/tf/hf/classifier. Every batch holds the whole
training set and there is no dropout, so that nothing depends on random numbers.
"""
import json
import math
import re
import struct
import sys

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
RATE, WARMUP_PROPORTION, EPOCHS, MAX_LENGTH, DECAY = 1e-3, 0.25, 12, 14, 0.01
LABELS = ["contradiction", "entailment", "neutral"]
EXAMPLES = [  # label, text_a, text_b; every word is one token of the vocabulary
    ("entailment", "it was not for two and the two", "it was not"),
    ("neutral", "we do", "in the open that one had to pay after some of it that was for the car"),
    ("contradiction", "is that some that we can do with ten cat from par to par and from one to two", "no"),
    ("entailment", "the two on the par", "the two are on a par to do it with cat or with ten of there at some"),
    ("contradiction", "no one had it", "one had it"),
    ("neutral", "for my ten", "as we pay"),
    ("entailment", "he is in", "he was in"),
    ("neutral", "some that is for an ex and a car and a bec and a bo and a bl and a ta", "that is some that he had to do in the car with two bus after one at the sp of it"),
    ("contradiction", "to be or not to be", "not"),
    ("neutral", "two by two", ""),
]


def load(folder):
    with open(folder + "/model.safetensors", "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = file.read()
    return {
        name: torch.tensor(np.frombuffer(data[slice(*entry["data_offsets"])], dtype="<f4").reshape(entry["shape"]).astype(np.float64), requires_grad=True)
        for name, entry in header.items() if name != "__metadata__"
    }


def truncated(a, b, room):
    a, b = list(a), list(b)
    while len(a) + len(b) > room:
        (a if len(a) > len(b) else b).pop()
    return a, b


def encode(example, vocabulary):
    ids = [[vocabulary[word] for word in text.split()] for text in example[1:]]
    a, b = truncated(*ids, MAX_LENGTH - (3 if ids[1] else 2))
    tokens = [2, *a, 3] + ([*b, 3] if ids[1] else [])
    return tokens, [0] * (len(a) + 2) + [1] * (len(tokens) - len(a) - 2)


def linear(w, name, x):
    return x @ w[name + ".weight"].T + w[name + ".bias"]


def norm(w, name, x):
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt((centred ** 2).mean(-1, keepdim=True) + 1e-12) * w[name + ".weight"] + w[name + ".bias"]


def gelu(x):
    return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def logits(w, config, tokens, types):
    e = "bert.embeddings."
    x = w[e + "word_embeddings.weight"][tokens] + w[e + "token_type_embeddings.weight"][types] + w[e + "position_embeddings.weight"][:len(tokens)]
    x = norm(w, e + "LayerNorm", x)
    heads, size = config["num_attention_heads"], config["hidden_size"] // config["num_attention_heads"]
    for i in range(config["num_hidden_layers"]):
        layer = f"bert.encoder.layer.{i}."
        q, k, v = (linear(w, f"{layer}attention.self.{part}", x).reshape(-1, heads, size).transpose(0, 1) for part in ("query", "key", "value"))
        context = (torch.softmax(q @ k.transpose(1, 2) / math.sqrt(size), -1) @ v).transpose(0, 1).reshape(len(tokens), -1)
        x = norm(w, layer + "attention.output.LayerNorm", x + linear(w, layer + "attention.output.dense", context))
        x = norm(w, layer + "output.LayerNorm", x + linear(w, layer + "output.dense", gelu(linear(w, layer + "intermediate.dense", x))))
    return linear(w, "classifier", torch.tanh(linear(w, "bert.pooler.dense", x[0])))


def main():
    folder = sys.argv[1]
    config = json.load(open(folder + "/config.json"))
    w = load(folder)
    vocabulary = {line.rstrip("\n"): i for i, line in enumerate(open(folder + "/vocab.txt", encoding="utf-8"))}
    encoded = [encode(example, vocabulary) for example in EXAMPLES]
    targets = [LABELS.index(example[0]) for example in EXAMPLES]
    losses_of = lambda: torch.stack([-torch.log_softmax(logits(w, config, *text), -1)[target] for text, target in zip(encoded, targets)])
    count = int(len(EXAMPLES) / len(EXAMPLES) * EPOCHS)
    warmup = int(count * WARMUP_PROPORTION)
    state = {name: (torch.zeros_like(p), torch.zeros_like(p)) for name, p in w.items()}
    steps = []
    for step in range(count):
        loss = losses_of().mean()
        gradients = dict(zip(w, torch.autograd.grad(loss, list(w.values()))))
        length = math.sqrt(sum(float((g ** 2).sum()) for g in gradients.values()))
        rate = RATE * step / warmup if step < warmup else RATE * (1 - step / count)
        for name, p in w.items():
            g = gradients[name] * (1 / max(length, 1))
            m, v = state[name] = (0.9 * state[name][0] + 0.1 * g, 0.999 * state[name][1] + 0.001 * g ** 2)
            update = m / (torch.sqrt(v) + 1e-6)
            if not re.search("LayerNorm|layer_norm|bias", name):
                update = update + DECAY * p.detach()
            w[name] = (p.detach() - rate * update).requires_grad_()
        steps.append({"loss": float(loss), "grad_norm": length, "learning_rate": rate})
    with torch.no_grad():
        losses = losses_of()
        scores = [logits(w, config, *text) for text in encoded]
        json.dump({
            "rate": RATE, "warmup_proportion": WARMUP_PROPORTION, "epochs": EPOCHS, "max_seq_length": MAX_LENGTH, "eval_batch_size": 4,
            "examples": EXAMPLES, "input_ids": [text[0] for text in encoded], "token_type_ids": [text[1] for text in encoded], "steps": steps,
            "eval_accuracy": sum(int(s.argmax()) == t for s, t in zip(scores, targets)) / len(targets),
            "eval_loss": float(losses.mean()),
            "loss": float(np.mean([float(part.mean()) for part in losses.split(4)])),
            "probabilities": [torch.softmax(s, -1).tolist() for s in scores],
            "abs_sums": {name: float(p.abs().sum()) for name, p in w.items()},
        }, sys.stdout, indent=1)
        print()


main()
