"""Makes a window of what was seen in the last ten seconds. Knows signals and what is usual; knows no verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from seawall.values.window import Window, window_of
from seawall.verdict.asker import HOME, Asker
from seawall.verdict.baseline import Baseline
from seawall.verdict.clusters import clusters_of
from seawall.verdict.funnel import funnel_of
from seawall.verdict.manner import Circumstances, Manner, manner_of
from seawall.verdict.places import places_of
from seawall.verdict.proportions import AT_HOME, MOST_HONEST, beyond_honest
from seawall.verdict.signals import Signals

# A fingerprint has risen when it is this much commoner among newcomers than usual; below so many nobody can tell.
RISEN_TIMES, RISEN_BY, ENOUGH_ASKERS = 3.0, 0.1, 20


class Closing:
    """Closes one window after the other."""

    def __init__(self, signals: Signals, baseline: Baseline) -> None:
        self._signals = signals
        self._baseline = baseline
        self.fingerprints: Mapping[int, float] = {}
        """How common each order of headers was among the newcomers of the last window."""

        self.manners: Sequence[tuple[Asker, Manner]] = ()
        """Who was in the last window, and how they behaved; for whoever tunes the weights."""

    def close(self, now_s: float, from_unix_s: float, to_unix_s: float) -> Window:
        """The window, after which the next one begins."""
        signals, baseline = self._signals, self._baseline
        crowd = signals.crowd
        here = [asker for asker in crowd if asker.window_requests]
        newcomers = [asker for asker in here if asker.standing != HOME]
        # A school's class has one browser and one address; a kit has one browser and many addresses.
        looks = {(asker.fingerprint, asker.site) for asker in newcomers if asker.fingerprint}
        self.fingerprints = _shares([fingerprint for fingerprint, _ in looks])
        now = Circumstances(now_s, signals.usual_ms, self._risen(len(newcomers)), places_of(crowd, now_s))
        manners = self.manners = [(asker, manner_of(asker, now)) for asker in here]
        scale = 1.0 / crowd.looked_at
        counted = sum(asker.window_requests for asker in here)
        scale_requests = signals.requests / counted if counted else 1.0
        usual, rests_on = baseline.usual(to_unix_s)
        features = self._features(manners, scale) | funnel_of(crowd, now_s, scale)
        # As it will be published, to the digit: small groups' leanings rest on these figures, and nobody has others.
        window = window_of(
            Window(
                from_s=from_unix_s,
                to_s=to_unix_s,
                requests=signals.requests,
                identities=len(here) * scale,
                features=features,
                usual=usual,
                rests_on=rests_on,
                looked_at=crowd.looked_at,
            ).told()
        )
        clusters = clusters_of(manners, scale, scale_requests, beyond_honest(window))
        window = replace(window, clusters=tuple(clusters))
        self._turn(now_s)
        return window

    def _risen(self, newcomers: int) -> frozenset[int]:
        known = self._baseline.fingerprints
        if newcomers < ENOUGH_ASKERS or not known:
            return frozenset()
        return frozenset(
            number
            for number, share in self.fingerprints.items()
            if share > RISEN_TIMES * known.get(number, 0.0) + RISEN_BY
        )

    def _features(self, manners: Sequence[tuple[Asker, Manner]], scale: float) -> dict[str, float]:
        counts: Counter[tuple[str, str]] = Counter()
        newcomers = 0
        at_home: Counter[tuple[str, str]] = Counter()
        for asker, manner in manners:
            if asker.standing != HOME:
                newcomers += 1
                counts.update(manner)
            else:
                at_home.update(manner)
        features = {f"{trait}.{level}": count / newcomers for (trait, level), count in counts.items()}
        for (trait, level), count in at_home.items():
            if f"{AT_HOME}{trait}.{level}" in MOST_HONEST:
                features[f"{AT_HOME}{trait}.{level}"] = count / (len(manners) - newcomers)
        features["requests"] = float(self._signals.requests)
        features["identities"] = len(manners) * scale
        features["newcomers"] = newcomers / len(manners) if manners else 0.0
        features["engine_ms"] = sum(asker.window_ms for asker, _ in manners) * scale
        features["cuts"] = float(self._signals.cuts)
        return features

    def know_networks(self) -> None:
        """Nothing was wrong in the window that was closed: who was here has been here."""
        self._signals.crowd.know()

    def _turn(self, now_s: float) -> None:
        signals = self._signals
        signals.crowd.turn(now_s)
        signals.sketches.turn()
        signals.fingerprints.forget()
        signals.requests = signals.cuts = 0


def _shares(numbers: Sequence[int]) -> dict[int, float]:
    return {number: count / len(numbers) for number, count in Counter(numbers).items()}
