#!/usr/bin/env python3
"""Writes a BERT checkpoint with random weights (seed 0), so that Akin and its peers can be timed on the very same numbers.

usage: random_bert.py OUT_FOLDER [HIDDEN,INTERMEDIATE,HEADS,LAYERS]        (default BERT-base: 768,3072,12,12)
Needs numpy (Debian: python3-numpy).
"""
import json, os, struct, sys
import numpy as np

folder = sys.argv[1]
hidden, intermediate, heads, layers = map(int, (sys.argv[2] if len(sys.argv) > 2 else "768,3072,12,12").split(","))
config = {"architectures": ["BertModel"], "model_type": "bert", "vocab_size": 30522, "hidden_size": hidden, "num_hidden_layers": layers,
          "num_attention_heads": heads, "intermediate_size": intermediate, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
          "attention_probs_dropout_prob": 0.1, "max_position_embeddings": 512, "type_vocab_size": 2, "initializer_range": 0.02,
          "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute"}
random = np.random.default_rng(0)
matrix = lambda *shape: (random.standard_normal(shape, dtype=np.float32) * np.float32(0.02))
tensors = {}


def linear(name, outputs, inputs):
    tensors[name + ".weight"], tensors[name + ".bias"] = matrix(outputs, inputs), matrix(outputs)


def norm(name):
    tensors[name + ".weight"], tensors[name + ".bias"] = 1 + matrix(hidden), matrix(hidden)


tensors["embeddings.word_embeddings.weight"] = matrix(config["vocab_size"], hidden)
tensors["embeddings.position_embeddings.weight"] = matrix(512, hidden)
tensors["embeddings.token_type_embeddings.weight"] = matrix(2, hidden)
norm("embeddings.LayerNorm")
for i in range(layers):
    layer = f"encoder.layer.{i}."
    for part in ("query", "key", "value"):
        linear(layer + "attention.self." + part, hidden, hidden)
    linear(layer + "attention.output.dense", hidden, hidden)
    norm(layer + "attention.output.LayerNorm")
    linear(layer + "intermediate.dense", intermediate, hidden)
    linear(layer + "output.dense", hidden, intermediate)
    norm(layer + "output.LayerNorm")
linear("pooler.dense", hidden, hidden)

os.makedirs(folder, exist_ok=True)
header, offset = {}, 0
for name, value in tensors.items():
    header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
    offset += value.nbytes
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(os.path.join(folder, "model.safetensors"), "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text)
    for value in tensors.values():
        file.write(value.tobytes())
with open(os.path.join(folder, "config.json"), "w") as file:
    json.dump(config, file, indent=2)
