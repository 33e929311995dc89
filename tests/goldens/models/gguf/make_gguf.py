#!/usr/bin/env python3
"""Write tiny-bert.gguf: random BERT weights in all four supported types, and a small Unigram vocabulary, in ggml's layout (docs/gguf.md, version 3);
and expected.json, the SHA-256 of every tensor expanded to float32 by the rules of ggml's reference code (dequantize_row_q4_0, dequantize_row_q8_0),
computed here with numpy. usage: make_gguf.py OUT_FOLDER
Made with numpy 1.24.2; the file's hash is in README.md.
"""
import hashlib, json, os, struct, sys
import numpy as np

HIDDEN, LAYERS, HEADS, FFN, POSITIONS = 32, 2, 2, 64, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "c", "▁a", "▁b", "ab", "▁ab", "가", "나", "▁가", "<mask>"]
F32, F16, Q4_0, Q8_0 = 0, 1, 2, 8
rng = np.random.default_rng(7)


def text(s):
    b = s.encode()
    return struct.pack("<Q", len(b)) + b


def value(v):
    if isinstance(v, bool):
        return struct.pack("<I?", 7, v)
    if isinstance(v, int):
        return struct.pack("<II", 4, v)
    if isinstance(v, float):
        return struct.pack("<If", 6, v)
    if isinstance(v, str):
        return struct.pack("<I", 8) + text(v)
    kind, items = v
    body = b"".join(text(i) if kind == 8 else struct.pack({5: "<i", 6: "<f"}[kind], i) for i in items)
    return struct.pack("<IIQ", 9, kind, len(items)) + body


def pack(x, kind):
    """-> (bytes, the numbers they stand for)"""
    if kind == F32:
        return x.astype("<f4").tobytes(), x.astype("<f4")
    if kind == F16:
        h = x.astype("<f2")
        return h.tobytes(), h.astype("<f4")
    blocks = x.astype("<f4").reshape(-1, 32)
    out, back = [], []
    for b in blocks:
        if kind == Q8_0:
            d = np.float16(np.abs(b).max() / 127)
            q = np.clip(np.rint(b / np.float32(d)), -128, 127).astype("i1")
            out.append(d.tobytes() + q.tobytes())
            back.append(q.astype("<f4") * np.float32(d))
        else:
            m = b[np.abs(b).argmax()]
            d = np.float16(m / -8)
            q = np.clip(np.floor(b / np.float32(d) + 8.5), 0, 15).astype("u1")
            out.append(d.tobytes() + (q[:16] | (q[16:] << 4)).tobytes())
            back.append((q.astype("<f4") - 8) * np.float32(d))
    return b"".join(out), np.concatenate(back).reshape(x.shape)


def main(folder):
    meta = {
        "general.architecture": "bert", "general.name": "tiny", "bert.context_length": POSITIONS, "bert.embedding_length": HIDDEN,
        "bert.feed_forward_length": FFN, "bert.block_count": LAYERS, "bert.attention.head_count": HEADS, "bert.attention.layer_norm_epsilon": 1e-12,
        "bert.attention.causal": False, "bert.pooling_type": 2, "tokenizer.ggml.model": "t5", "tokenizer.ggml.tokens": (8, PIECES),
        "tokenizer.ggml.scores": (6, [0.0] * 4 + [-float(i) for i in range(1, 12)] + [0.0]), "tokenizer.ggml.token_type": (5, [3, 3, 3, 2] + [1] * 11 + [3]),
        "tokenizer.ggml.bos_token_id": 0, "tokenizer.ggml.eos_token_id": 2, "tokenizer.ggml.unknown_token_id": 3, "tokenizer.ggml.seperator_token_id": 2,
        "tokenizer.ggml.padding_token_id": 1, "tokenizer.ggml.mask_token_id": 15, "tokenizer.ggml.add_bos_token": True, "tokenizer.ggml.add_eos_token": True,
        "tokenizer.ggml.add_space_prefix": True,
    }
    tensors = [("token_embd.weight", (len(PIECES), HIDDEN), Q8_0), ("position_embd.weight", (POSITIONS, HIDDEN), F16), ("token_types.weight", (2, HIDDEN), F32),
               ("token_embd_norm.weight", (HIDDEN,), F32), ("token_embd_norm.bias", (HIDDEN,), F32)]
    for i in range(LAYERS):
        kind = Q4_0 if i == 0 else F16
        for part, shape in (("attn_q", (HIDDEN, HIDDEN)), ("attn_k", (HIDDEN, HIDDEN)), ("attn_v", (HIDDEN, HIDDEN)), ("attn_output", (HIDDEN, HIDDEN)),
                            ("ffn_up", (FFN, HIDDEN)), ("ffn_down", (HIDDEN, FFN))):
            tensors += [(f"blk.{i}.{part}.weight", shape, kind), (f"blk.{i}.{part}.bias", shape[:1], F32)]
        for part in ("attn_output_norm", "layer_output_norm"):
            tensors += [(f"blk.{i}.{part}.weight", (HIDDEN,), F32), (f"blk.{i}.{part}.bias", (HIDDEN,), F32)]

    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(meta)) + b"".join(text(k) + value(v) for k, v in meta.items())
    body, expected = b"", {}
    for name, shape, kind in tensors:
        data, numbers = pack(rng.standard_normal(shape) * 0.1 + (1 if name.endswith("norm.weight") else 0), kind)
        head += text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", n) for n in shape[::-1]) + struct.pack("<IQ", kind, len(body))
        body += data + b"\0" * (-len(data) % 32)
        expected[name] = {"shape": list(shape), "sha256": hashlib.sha256(numbers.astype("<f4").tobytes()).hexdigest()}
    head += b"\0" * (-len(head) % 32)
    open(os.path.join(folder, "tiny-bert.gguf"), "wb").write(head + body)
    json.dump(expected, open(os.path.join(folder, "expected.json"), "w"), indent=1)


main(sys.argv[1])
