"""Luck falls the same on every machine, and is shaped as asked for."""

import numpy as np
import pytest

from yardstick.demo.chance import Chance


def test_a_seed_gives_these_draws_on_every_machine() -> None:
    chance = Chance(5)
    assert chance.whole(0, 1000, 5).tolist() == [670, 805, 22, 807, 468]
    assert chance.shaped((0, 10, 100), 3).tolist() == [
        14.853763214349078,
        44.50319927069664,
        4.0847320541999865,
    ]
    assert chance.bell((3,)).tolist() == [-1.9807586669921875, 0.1767120361328125, 0.6086883544921875]
    assert chance.pick((1, 2, 3), 8).tolist() == [0, 2, 1, 1, 2, 2, 2, 2]
    assert chance.happens(np.full(6, 0.5)).tolist() == [True, False, True, False, True, True]
    assert chance.sample(np.arange(100), 4).tolist() == [33, 37, 70, 97]


def test_another_seed_gives_other_draws() -> None:
    assert Chance(1).whole(0, 1000, 10).tolist() != Chance(2).whole(0, 1000, 10).tolist()


def test_a_shape_has_its_quantiles() -> None:
    drawn = Chance(1).shaped((0, 10, 100), 100_000)
    assert drawn.min() >= 0
    assert drawn.max() <= 100
    assert np.median(drawn) == pytest.approx(10, abs=0.5)


def test_a_bell_has_mean_0_and_standard_deviation_1() -> None:
    drawn = Chance(1).bell((100_000,))
    assert drawn.mean() == pytest.approx(0, abs=0.02)
    assert drawn.std() == pytest.approx(1, abs=0.02)


def test_picks_follow_the_weights_and_a_weight_of_0_is_never_picked() -> None:
    counts = np.bincount(Chance(1).pick((0, 1, 3), 100_000), minlength=3)
    assert counts[0] == 0
    assert counts[2] / counts[1] == pytest.approx(3, rel=0.05)


def test_a_sample_has_no_record_twice_and_no_more_than_there_are() -> None:
    assert Chance(1).sample(np.array([4, 7, 9]), 5).tolist() == [4, 7, 9]
