"""Train one of our networks by PyTorch on noise; print its size and its speed.

Run by `benchmarks.torch_speed` with the Python that has PyTorch. Laid out as PyTorch's
guide to processors advises: channels last, inputs too.
"""

import json
import sys
import time

import torch
from torch import nn

EPOCHS = 3
BLOCKS = {
    "pooled": [(32, 5, 1, 0, True), (64,), (64, 3, 1, 0, True), (128,)],
    "strided": [(32, 5, 2), (64,), (96, 3, 1, 0, True), (192,)],
    "deep": [
        *[(32,), (32, 3, 1, 0, True), (64,)],
        *[(96, 3, 1, 1), (96, 3, 1, 0, True), (192, 3, 1, 1), (192,)],
    ],
}
"""Of each convolution: filters, kernel, stride, padding, and whether it is pooled."""


def build(name):
    """Build a network as ensembles.members.networks does, up to the scores."""
    layers, channels = [], 1
    for block in BLOCKS[name]:
        layers += convolve(channels, *block)
        channels = block[0]
    network = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.3), nn.LazyLinear(10))
    network(torch.zeros(2, 1, 28, 28))
    return network.to(memory_format=torch.channels_last)


def convolve(channels, filters, kernel=3, stride=1, padding=0, pooled=False):
    """Return a convolution's layers."""
    yield nn.Conv2d(channels, filters, kernel, stride, padding, bias=False)
    if pooled:
        yield nn.MaxPool2d(2)
    yield from (nn.BatchNorm2d(filters), nn.ReLU())


def count_weights(network):
    """Count the weights, and batch normalisation's running statistics."""
    counted = [one for one in network.state_dict().values() if one.ndim]
    return sum(one.numel() for one in counted)


def train(network, images, labels, batch_size):
    """Train for an epoch; return how long it takes."""
    begun = time.perf_counter()
    for start in range(0, len(images), batch_size):
        x = images[start : start + batch_size, None].float() / 255
        scores = network(x.to(memory_format=torch.channels_last))
        loss = nn.functional.cross_entropy(scores, labels[start : start + batch_size])
        network.optimizer.zero_grad()
        loss.backward()
        network.optimizer.step()
    return time.perf_counter() - begun


def main(name, steps, batch_size):
    """Train on one thread, after an epoch that is not counted."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network, digits = build(name), steps * batch_size
    network.optimizer = torch.optim.AdamW(network.parameters())
    images = torch.randint(0, 256, (digits, 28, 28), dtype=torch.uint8)
    labels = torch.randint(0, 10, (digits,))
    seconds = [train(network, images, labels, batch_size) for _ in range(1 + EPOCHS)]
    speed = digits / sorted(seconds[1:])[EPOCHS // 2]
    told = {"weights": count_weights(network), "digits": speed}
    print(json.dumps(told | {"version": torch.__version__}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
