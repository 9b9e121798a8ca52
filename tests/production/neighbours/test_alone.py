"""A roof without neighbours, judged by the weather that was."""

import numpy as np

from production.neighbours import BY_WEATHER, TownDays, watch_by_weather

DAYS, FALL = 200, 120


def days_of(left: float, noise: float = 0.08) -> TownDays:
    """A roof whose weather is known to within `noise`, and which makes `left` of its usual after day 120."""
    rng = np.random.default_rng(11)
    expected = np.full((DAYS, 1), 100_000.0)
    metered = expected * 0.9 * np.exp(rng.normal(0, noise, (DAYS, 1)))
    metered[FALL:] *= left
    return TownDays(metered, expected, expected * 1.1, np.ones((DAYS, 1)))


def test_half_a_roof_is_noticed_within_a_fortnight():
    (episode,) = watch_by_weather(days_of(0.5)).episodes
    assert FALL <= episode.raised_on <= FALL + 14
    assert episode.plant == 0


def test_a_healthy_roof_raises_nothing_though_its_weather_is_known_badly():
    assert watch_by_weather(days_of(1.0, noise=0.12)).episodes == ()


def test_no_neighbour_is_said_to_have_spoken():
    found = watch_by_weather(days_of(1.0))
    assert (found.peers == 0).all()
    assert found.residual.shape == (DAYS, 1)
    assert "few" not in set(found.reason.ravel().tolist())


def test_a_loss_taken_for_the_usual_alerts_nobody_any_more():
    found = watch_by_weather(days_of(0.5), accepted={0: (FALL + 20,)})
    assert [episode.accepted for episode in found.episodes] == [True]


def test_small_losses_are_left_to_neighbours():
    assert BY_WEATHER.loss >= 0.15
    assert watch_by_weather(days_of(0.97)).episodes == ()
