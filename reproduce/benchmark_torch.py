# mypy: ignore-errors
"""The tutorial's model in PyTorch, in a process that answers as `benchmark_tutorial.py` does.

nn.GRU (nn.LSTM) encodes; GRUCells (LSTMCells) with additive attention decode, as eager PyTorch is written:
what does not depend on the step before is done for all steps at once. It runs without TensorFlow.

Shapes: B batch, S source steps, T target steps, H units, V vocabulary, N samples.
"""

import sys

sys.path.pop(0)  # this folder, whose statistics.py is not Python's

import json
import os
import time

import torch
from torch import nn
from torch.nn import functional


class Model(nn.Module):
    """Encoder, attention, decoder, sampled softmax; embeddings have sparse gradients, as in the tutorial."""

    def __init__(self, model):
        """Parameters as of the tutorial."""
        super().__init__()
        size, vocabulary, layers = model["size"], model["vocabulary"], model["layers"]
        self.lstm = model["cell"] == "lstm"
        self.samples, self.vocabulary = model["samples"], vocabulary
        self.source = nn.Embedding(vocabulary, size, sparse=True)
        self.target = nn.Embedding(vocabulary, size, sparse=True)
        self.encoder = (nn.LSTM if self.lstm else nn.GRU)(size, size, layers)
        cell = nn.LSTMCell if self.lstm else nn.GRUCell
        self.cells = nn.ModuleList([cell(size, size) for _ in range(layers)])
        self.join = nn.Linear(2 * size, size)
        self.features = nn.Linear(size, size, bias=False)
        self.query = nn.Linear((2 if self.lstm else 1) * layers * size, size)
        self.v = nn.Linear(size, 1, bias=False)
        self.output = nn.Linear(2 * size, size)
        self.weights = nn.Embedding(vocabulary, size, sparse=True)
        self.biases = nn.Embedding(vocabulary, 1, sparse=True)

    def forward(self, source, target):
        """[S, B] and [T + 1, B] symbols to the loss."""
        states, last = self.encoder(self.source(source))
        states = states.transpose(0, 1)  # [B, S, H]
        features = self.features(states)
        if self.lstm:
            layers = [(last[0][k], last[1][k]) for k in range(len(self.cells))]
        else:
            layers = [last[k] for k in range(len(self.cells))]
        context = torch.zeros_like(states[:, 0])
        outputs, contexts = [], []
        for inputs in self.target(target[:-1]):
            x = self.join(torch.cat([inputs, context], 1))
            parts = []
            for k, cell in enumerate(self.cells):
                layers[k] = cell(x, layers[k])
                x = layers[k][0] if self.lstm else layers[k]
                parts += list(layers[k]) if self.lstm else [layers[k]]
            scores = self.v(torch.tanh(features + self.query(torch.cat(parts, 1))[:, None])).transpose(1, 2)
            context = torch.bmm(torch.softmax(scores, 2), states)[:, 0]
            outputs.append(x)
            contexts.append(context)
        rows = self.output(torch.cat([torch.cat(outputs), torch.cat(contexts)], 1))
        return self.sampled_loss(rows, target[1:].reshape(-1))

    def sampled_loss(self, rows, labels):
        """Candidates drawn once for the bucket, uniformly, so that no correction of the logits is needed."""
        drawn = torch.randint(0, self.vocabulary, [self.samples])
        true = (rows * self.weights(labels)).sum(1, keepdim=True) + self.biases(labels)
        others = rows @ self.weights(drawn).t() + self.biases(drawn).t()
        others = others.masked_fill(labels[:, None] == drawn, -1e9)
        logits = torch.cat([true, others], 1)
        return functional.cross_entropy(logits, torch.zeros_like(labels))


class Worker:
    """Answers the commands."""

    def __init__(self, model):
        """Nothing is built yet."""
        self.config = model

    def build(self):
        """Make the model; seconds."""
        started = time.perf_counter()
        torch.manual_seed(0)
        self.model = Model(self.config)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.5)
        self.batches = [
            [torch.randint(0, self.config["vocabulary"], [steps, self.config["batch"]]) for steps in lengths]
            for lengths in ((source, target + 1) for source, target in self.config["buckets"])
        ]
        return {"seconds": time.perf_counter() - started, "nodes": None, "version": torch.__version__}

    def step(self, bucket):
        """One training step; seconds, loss."""
        started = time.perf_counter()
        self.optimizer.zero_grad()
        loss = self.model(*self.batches[bucket])
        loss.backward()
        gradients = [parameter.grad for parameter in self.model.parameters()]
        values = [g._values() if g.is_sparse else g for g in gradients]
        norm = torch.sqrt(sum(value.square().sum() for value in values))
        for gradient in gradients:
            gradient.mul_(torch.clamp(5.0 / norm, max=1.0))
        self.optimizer.step()
        value = float(loss.detach())
        return {"seconds": time.perf_counter() - started, "loss": value}


if __name__ == "__main__":
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker(json.loads(sys.argv[1]))
    for line in sys.stdin:
        command = json.loads(line)
        out.write(json.dumps(getattr(worker, command.pop("do"))(**command)) + "\n")
        out.flush()
