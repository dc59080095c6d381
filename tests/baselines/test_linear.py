import numpy as np
import shipped


def test_weights_are_where_the_gradient_vanishes():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 4, 9], 30)
    images = rng.integers(0, 256, (90, 28, 28)).astype(np.uint8)
    model = shipped.make("linear", penalty=0.1, tolerance=1e-6).fit(images, labels)
    pixels = images.reshape(90, -1) / 255
    residuals = model.predict_proba(images) - np.eye(10)[labels]
    gradient = (residuals.T @ pixels / 90)[[0, 4, 9]] + 0.1 * model.model_.coef_
    assert np.abs(gradient).max() < 1e-4


def test_unseen_digits_get_no_probability():
    images = np.zeros((4, 28, 28), np.uint8)
    images[2:] = 255
    model = shipped.make("linear").fit(images, np.array([1, 1, 6, 6]))
    chances = model.predict_proba(images)
    assert chances.argmax(1).tolist() == [1, 1, 6, 6]
    np.testing.assert_allclose(chances[:, [1, 6]].sum(1), 1)
