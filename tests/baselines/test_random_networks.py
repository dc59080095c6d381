import keras
import numpy as np
import pytest

from ensembles.baselines.random_networks import (
    HEAD,
    OPTIMIZERS,
    RANGES,
    Drawn,
    build_network,
    draw_network,
    train_network,
)


@pytest.mark.parametrize("kind", RANGES)
@pytest.mark.parametrize("width", [1.0, 0.1])
def test_draws_fill_their_ranges_and_do_not_leave_them(kind, width):
    drawn = [draw_network(kind, width, seed, 0) for seed in range(300)]
    (shallow, deep), (narrow, wide) = RANGES[kind]
    assert {d.depth for d in drawn} == set(range(shallow, deep + 1))
    assert {d.optimizer for d in drawn} == set(OPTIMIZERS)
    low, high = width * narrow, width * wide
    units = [d.units for d in drawn]
    assert round(low) <= min(units) <= 1.1 * low + 1
    assert 0.9 * high - 1 <= max(units) <= round(high)


def test_a_network_is_drawn_the_same_each_time_and_unlike_the_others():
    drawn = [
        draw_network(kind, 1.0, seed, number)
        for kind in RANGES
        for seed in range(5)
        for number in range(5)
    ]
    assert draw_network("dense", 1.0, 0, 0) == drawn[0]
    assert len({d.seed for d in drawn}) == len(drawn)


def test_the_width_scales_the_units_and_leaves_the_other_draws():
    wide, narrow = (draw_network("dense", width, 7, 2) for width in (1.0, 0.5))
    assert narrow.units == pytest.approx(wide.units / 2, abs=0.5)
    assert (narrow.depth, narrow.optimizer, narrow.seed) == (
        wide.depth,
        wide.optimizer,
        wide.seed,
    )


def test_no_width_draws_a_layer_without_units():
    assert draw_network("recurrent", 0.001, 0, 0).units == 1


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", RANGES)
def test_what_is_drawn_fits_a_digit(kind, seed):
    network = build_network(draw_network(kind, 0.02, seed, 0))
    assert network.output.shape == (None, 10)


def test_convolutions_are_halved_down_to_a_single_pixel():
    network = build_network(Drawn("convolutional", 4, 3, "Adam", 0))
    pools = [w for w in network.layers if isinstance(w, keras.layers.MaxPooling2D)]
    assert [pool.output.shape[1] for pool in pools] == [12, 6, 3, 1]


def test_dense_layers_are_as_many_and_as_wide_as_drawn():
    network = build_network(Drawn("dense", 3, 6, "Adam", 0))
    matrices = [w.shape for w in network.get_weights() if w.ndim == 2]
    assert matrices == [(784, 6), (6, 6), (6, 6), (6, 10)]


def test_the_recurrent_net_reads_each_row_and_then_the_column_of_rows():
    network = build_network(Drawn("recurrent", 1, 2, "Adam", 0))
    rows, columns = (w for w in network.layers if isinstance(w, keras.layers.LSTM))
    image = np.random.default_rng(0).integers(0, 256, (1, 28, 28)).astype(np.uint8)
    pixels = image[0, :, :, None].astype(np.float32) / 255
    summary = np.stack([np.asarray(rows(row[None]))[0] for row in pixels])
    expected = network.layers[-1](columns(summary[None]))
    np.testing.assert_allclose(network(image), expected, atol=1e-6)


def test_convolutions_end_in_a_dense_layer_before_the_classes():
    network = build_network(Drawn("convolutional", 4, 3, "Adam", 0))
    matrices = [w.shape for w in network.get_weights() if w.ndim == 2]
    assert matrices == [(3, HEAD), (HEAD, 10)]


@pytest.mark.parametrize(("kind", "dropped"), [("dense", 3), ("convolutional", 4)])
def test_each_layer_and_block_is_dropped_from_by_the_share_asked_for(kind, dropped):
    network = build_network(Drawn(kind, 3, 6, "Adam", 0), dropout=0.3)
    rates = [w.rate for w in network.layers if isinstance(w, keras.layers.Dropout)]
    assert rates == [0.3] * dropped


@pytest.mark.parametrize(
    ("optimizer", "rate"), [("RMSprop", 0.001), ("Adagrad", 0.01), ("Adam", 0.001)]
)
def test_each_optimizer_lowers_the_loss(optimizer, rate):
    labels = np.tile(np.arange(10), 20)
    images = np.zeros((200, 28, 28), np.uint8)
    images[np.arange(200), labels + 8] = 255
    drawn = Drawn("dense", 1, 64, optimizer, 0)
    network = build_network(drawn)
    schedule = {"epochs": 15, "batch_size": 20, "rate": rate, "dropout": 0.25}
    network.set_weights(train_network(drawn, images, labels, **schedule))
    assert (np.asarray(network(images)).argmax(1) == labels).mean() > 0.9
