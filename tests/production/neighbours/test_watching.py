"""The watch: what it notices, what it keeps silent about, what it refuses to judge."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production.neighbours import MEASURED, Reason, TownDays, Watcher, watch

DAYS, PLANTS = 200, 8
FAULT = 120


def town(noise=0.015, days=DAYS, plants=PLANTS, seed=1):
    """Roofs that keep to themselves: clear days, each roof with its own steady ratio and daily noise."""
    rng = np.random.default_rng(seed)
    own = rng.uniform(0.9, 1.1, plants)
    shape = (days, plants)
    metered = 10_000 * own * (1 + noise * rng.normal(size=shape))
    return TownDays(metered, np.full(shape, 10_000.0), np.full(shape, 11_000.0), np.ones(shape))


def losing(found, plant, part, first=FAULT, last=None):
    metered = found.metered_wh.copy()
    metered[first:last, plant] *= 1 - part
    return TownDays(metered, found.expected_wh, found.clear_wh, found.coverage)


def covered(found, coverage, days, plants=slice(None)):
    part = found.coverage.copy()
    part[days, plants] = coverage
    return TownDays(found.metered_wh, found.expected_wh, found.clear_wh, part)


def test_healthy_roofs_raise_no_alarm():
    assert watch(town()).episodes == ()


@pytest.mark.parametrize("plant", range(PLANTS))
def test_five_per_cent_lost_is_noticed_within_a_fortnight(plant):
    (episode,) = watch(losing(town(), plant, 0.05)).episodes
    assert episode.plant == plant
    assert FAULT <= episode.raised_on < FAULT + 14
    assert abs(episode.began_on - FAULT) <= 4
    assert episode.closed_on is None


def test_two_faults_at_once_are_both_noticed_and_no_third_is_accused():
    found = watch(losing(losing(town(), 1, 0.08), 6, 0.08))
    assert {episode.plant for episode in found.episodes} == {1, 6}


def test_a_loss_common_to_all_accuses_nobody():
    found = town()
    for plant in range(PLANTS):
        found = losing(found, plant, 0.2)
    assert watch(found).episodes == ()


def test_no_single_day_raises_an_alarm_however_bad():
    assert watch(losing(town(), 3, 1.0, last=FAULT + 1)).episodes == ()


def test_a_plant_that_stands_still_is_noticed_on_the_third_day():
    (episode,) = watch(losing(town(), 3, 1.0)).episodes
    assert (episode.began_on, episode.raised_on) == (FAULT, FAULT + 2)


def test_a_mended_plant_closes_its_alarm():
    (episode,) = watch(losing(town(noise=0.008), 3, 0.1, last=FAULT + 20)).episodes
    assert FAULT + 20 <= episode.closed_on <= FAULT + 40
    assert not episode.accepted


def test_an_accepted_loss_is_the_new_usual_and_a_second_one_is_noticed_again():
    first = losing(town(), 3, 0.08)
    (raised,) = watch(first).episodes
    twice = losing(first, 3, 0.08, first=FAULT + 60)
    found = watch(twice, accepted={3: (raised.raised_on + 7,)})
    assert [e.accepted for e in found.episodes] == [True, False]
    assert FAULT + 60 <= found.episodes[1].raised_on < FAULT + 74


def test_a_gap_is_neither_fault_nor_proof_of_health():
    found = watch(covered(losing(town(), 2, 0.05), 0.0, slice(FAULT + 1, FAULT + 30), 2))
    assert set(found.reason[FAULT + 1 : FAULT + 30, 2]) == {Reason.GAP.value}
    assert np.isnan(found.residual[FAULT + 1 : FAULT + 30, 2]).all()
    assert [e.raised_on >= FAULT + 30 for e in found.episodes] == [True]


def test_three_roofs_are_too_few_to_tell_who_is_wrong():
    found = watch(losing(town(plants=3), 0, 0.3))
    assert found.episodes == ()
    assert set(found.reason.ravel()) == {Reason.FEW.value}


def test_four_roofs_are_enough():
    assert [e.plant for e in watch(losing(town(plants=4), 0, 0.06)).episodes] == [0]


def test_a_day_on_which_all_roofs_disagree_is_set_aside():
    found = town()
    metered = found.metered_wh.copy()
    metered[FAULT : FAULT + 6] *= np.linspace(0.05, 1.0, PLANTS)
    snowed = watch(TownDays(metered, found.expected_wh, found.clear_wh, found.coverage))
    assert set(snowed.reason[FAULT]) == {Reason.UNSETTLED.value}
    assert snowed.episodes == ()


def test_a_black_day_is_not_judged():
    found = town()
    dull = TownDays(found.metered_wh, found.expected_wh, found.clear_wh * 20, found.coverage)
    assert Reason.DULL.value in watch(dull).reason


def test_nothing_is_said_before_a_usual_ratio_is_learnt():
    found = watch(town())
    assert set(found.reason[: MEASURED.usual_gap].ravel()) == {Reason.LEARNING.value}
    assert found.reason[-1].tolist() == [Reason.JUDGED.value] * PLANTS
    assert found.peers[-1].tolist() == [PLANTS - 1] * PLANTS


def test_a_town_without_days_is_watched_in_vain():
    assert watch(town(days=0)).episodes == ()


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 99), st.integers(30, DAYS - 1))
def test_a_later_day_never_changes_an_earlier_verdict(seed, until):
    whole = losing(town(seed=seed, noise=0.03), seed % PLANTS, 0.06, first=60)
    part = TownDays(
        *(a[:until] for a in (whole.metered_wh, whole.expected_wh, whole.clear_wh, whole.coverage))
    )
    long, short = watch(whole), watch(part)
    assert np.array_equal(long.evidence[:until], short.evidence)
    assert np.array_equal(long.residual[:until], short.residual, equal_nan=True)
    raised = [(e.plant, e.raised_on) for e in long.episodes if e.raised_on < until]
    assert raised == [(e.plant, e.raised_on) for e in short.episodes]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 99), st.permutations(range(PLANTS)))
def test_the_order_of_the_roofs_does_not_matter(seed, order):
    found = losing(town(seed=seed, noise=0.03), 0, 0.1)
    mixed = TownDays(
        *(a[:, order] for a in (found.metered_wh, found.expected_wh, found.clear_wh, found.coverage))
    )
    assert watch(mixed).evidence == pytest.approx(watch(found).evidence[:, order], abs=1e-9)


def test_a_rough_town_learns_its_noise_and_accuses_less():
    rough, deaf = town(noise=0.05), replace(MEASURED, most_scale=1.0)
    assert len(watch(rough).episodes) < len(watch(rough, deaf).episodes) / 3


def test_a_loss_left_open_for_months_is_not_forgotten():
    found = watch(losing(town(), 2, 0.06, first=60))
    assert [(e.plant, e.closed_on) for e in found.episodes] == [(2, None)]
    assert found.reason[-1, 2] == Reason.JUDGED.value
    assert found.evidence[-1, 2] == MEASURED.alarm


def test_a_plant_without_any_reading_accuses_and_defends_nobody():
    found = covered(losing(town(), 2, 0.06), 0.0, slice(None), 5)
    watched = watch(found)
    assert [e.plant for e in watched.episodes] == [2]
    assert watched.peers[-1].tolist() == [6, 6, 6, 6, 6, 7, 6, 6]


def test_a_watcher_goes_on_from_where_it_stood():
    found = losing(town(), 4, 0.06)
    watcher = Watcher(town())
    for day in range(DAYS):
        if day == FAULT:
            watcher.look_at(found)
        watcher.step()
    (episode,) = watcher.result().episodes
    assert episode.plant == 4
