"""How many tokens a second PyTorch writes greedily with a random model of the size of GPT-2 small and a cache of keys and values:
the peer of `akin bench generate` (the same prompts, the same counting). Needs Debian's python3-torch, and libopenblas0-pthread without which that multiplies very slowly.

    /usr/bin/python3 benchmarks/peers/generate_torch.py --batch 1,8 --new-tokens 32 --rounds 3
"""

import argparse
import time

import torch
from torch.nn import functional as F

LAYERS, HIDDEN, HEADS, VOCABULARY, POSITIONS = 12, 768, 12, 50257, 1024


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = torch.nn.LayerNorm(HIDDEN), torch.nn.LayerNorm(HIDDEN)
        self.qkv, self.out = torch.nn.Linear(HIDDEN, 3 * HIDDEN), torch.nn.Linear(HIDDEN, HIDDEN)
        self.up, self.down = torch.nn.Linear(HIDDEN, 4 * HIDDEN), torch.nn.Linear(4 * HIDDEN, HIDDEN)

    def forward(self, x, cache, past):
        batch, length, _ = x.shape
        q, k, v = (part.view(batch, length, HEADS, -1).transpose(1, 2) for part in self.qkv(self.norm1(x)).split(HIDDEN, 2))
        cache[0][:, :, past : past + length], cache[1][:, :, past : past + length] = k, v
        k, v = cache[0][:, :, : past + length], cache[1][:, :, : past + length]
        scores = q @ k.transpose(2, 3) / (HIDDEN // HEADS) ** 0.5
        if length > 1:
            scores += torch.full((length, length), float("-inf")).triu(1)
        x = x + self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, HIDDEN))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.places = torch.nn.Embedding(VOCABULARY, HIDDEN), torch.nn.Embedding(POSITIONS, HIDDEN)
        self.blocks, self.norm = torch.nn.ModuleList(Block() for _ in range(LAYERS)), torch.nn.LayerNorm(HIDDEN)

    def forward(self, ids, caches, past):
        x = self.words(ids) + self.places(torch.arange(past, past + ids.shape[1]))
        for block, cache in zip(self.blocks, caches):
            x = block(x, cache, past)
        return F.linear(self.norm(x[:, -1]), self.words.weight)


def generate(model, prompts, count):
    shape = (prompts.shape[0], HEADS, prompts.shape[1] + count, HIDDEN // HEADS)
    caches = [(torch.empty(shape), torch.empty(shape)) for _ in range(LAYERS)]
    ids, past = prompts, 0
    for _ in range(count):
        logits = model(ids, caches, past)
        past += ids.shape[1]
        ids = logits.argmax(-1, keepdim=True)


def best_seconds(rounds, action):
    times = []
    for _ in range(rounds + 1):  # the first warms up
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times[1:])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--batch", default="1,8")
    parser.add_argument("--prompt-tokens", type=int, default=32)
    parser.add_argument("--new-tokens", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = Model().eval()
    with torch.inference_mode():
        for batch in map(int, options.batch.split(",")):
            prompts = torch.tensor([[(text * 7919 + token * 104729) % VOCABULARY for token in range(options.prompt_tokens)] for text in range(batch)])
            first = best_seconds(options.rounds, lambda: generate(model, prompts, 1))
            whole = best_seconds(options.rounds, lambda: generate(model, prompts, options.new_tokens))
            step = (whole - first) / (options.new_tokens - 1)
            print(f"PyTorch {torch.__version__}, batch {batch}: {batch / step:.1f} tokens a second; first token after {first * 1000:.0f} ms")
