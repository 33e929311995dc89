"""The question answering trajectory of golden/training/trajectories with a loss that does not see padding.

    python3 question_answering_without_padding.py TRAJECTORIES OUT.json

The reference takes the softmax of start and end over the padded width of a batch; Akin takes it over the tokens of each text. This script writes BERT
down in plain PyTorch, shows that it follows the reference's own 20 steps with padding to 1e-9 (float64), and then writes the 20 steps without.
"""
import json
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

LAYERS, HEADS, HIDDEN, EPSILON, STEPS = 2, 4, 32, 1e-12, 20
NO_DECAY = ("bias", "layernorm")
DTYPES = {"F32": torch.float32}


def read_safetensors(path):
    data = Path(path).read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    out = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        part = bytearray(data[8 + size + start:8 + size + end])
        out[name] = torch.frombuffer(part, dtype=DTYPES[entry["dtype"]]).reshape(entry["shape"]).clone()
    return out


def encode(w, batch):
    linear = lambda x, name: F.linear(x, w[name + ".weight"], w[name + ".bias"])
    norm = lambda x, name: F.layer_norm(x, (HIDDEN,), w[name + ".weight"], w[name + ".bias"], EPSILON)
    ids, types, mask = batch["input_ids"], batch["token_type_ids"], batch["attention_mask"]
    rows, width = ids.shape
    e = "bert.embeddings."
    x = F.embedding(ids, w[e + "word_embeddings.weight"], padding_idx=0) + w[e + "token_type_embeddings.weight"][types] + w[e + "position_embeddings.weight"][:width]
    x = norm(x, e + "LayerNorm")
    hidden = (1 - mask[:, None, None, :].double()) * torch.finfo(torch.float64).min
    for i in range(LAYERS):
        p = f"bert.encoder.layer.{i}."
        q, k, v = (linear(x, p + "attention.self." + n).view(rows, width, HEADS, -1).transpose(1, 2) for n in ("query", "key", "value"))
        weights = torch.softmax(q @ k.transpose(2, 3) / (HIDDEN / HEADS) ** 0.5 + hidden, -1)
        x = norm(linear((weights @ v).transpose(1, 2).reshape(rows, width, HIDDEN), p + "attention.output.dense") + x, p + "attention.output.LayerNorm")
        x = norm(linear(F.gelu(linear(x, p + "intermediate.dense")), p + "output.dense") + x, p + "output.LayerNorm")
    return linear(x, "qa_outputs")


def loss_of(w, batch, sees_padding):
    logits = encode(w, batch)
    total = 0
    for column, name in enumerate(("start_positions", "end_positions")):
        scores = logits[:, :, column]
        if not sees_padding:
            scores = scores.masked_fill(batch["attention_mask"] == 0, -torch.inf)
        width = scores.shape[1]
        total = total + F.cross_entropy(scores, batch[name].clamp(0, width), ignore_index=width)
    return total / 2


def train(start, batches, sees_padding):
    w = {n: nn.Parameter(v.double()) for n, v in start.items()}
    decays = lambda n: not any(part in n.lower() for part in NO_DECAY)
    optimizer = torch.optim.AdamW([{"params": [v for n, v in w.items() if decays(n)], "weight_decay": 0.01}, {"params": [v for n, v in w.items() if not decays(n)], "weight_decay": 0.0}], lr=5e-4)
    rows = []
    for step in range(STEPS):
        rate = 5e-4 * (step / 4 if step < 4 else (STEPS - step) / (STEPS - 4))
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = loss_of(w, batches[step % len(batches)], sees_padding)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(list(w.values()), 1.0)
        optimizer.step()
        rows.append({"loss": loss.item(), "grad_norm": float(norm), "lr": rate})
    return rows, {n: v.detach() for n, v in w.items()}


def main():
    folder = Path(sys.argv[1]) / "question_answering"
    start = read_safetensors(folder / "model" / "model.safetensors")
    batches = [{n: torch.tensor(t["data"]).reshape(t["shape"]) for n, t in b.items()} for b in json.loads((folder / "batches.json").read_text())["batches"]]
    reference = json.loads((folder / "trajectory.json").read_text())["runs"]["float64"]
    padded, _ = train(start, batches, True)
    gap = max(abs(a[k] - b[k]) for a, b in zip(padded, reference) for k in ("loss", "grad_norm", "lr"))
    assert gap < 1e-9, gap
    rows, final = train(start, batches, False)
    Path(sys.argv[2]).write_text(json.dumps({
        "made_by": "eng/goldens/question_answering_without_padding.py", "torch": torch.__version__, "max_gap_to_the_reference_with_padding": gap,
        "run": rows, "final": {n: {"dtype": "float64", "shape": list(v.shape), "data": [float(f"{x:.9g}") for x in v.flatten().tolist()]} for n, v in final.items()},
    }, separators=(",", ":")) + "\n")
    print(gap, rows[0], rows[-1])


main()
