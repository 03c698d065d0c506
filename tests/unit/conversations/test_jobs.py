"""The book of jobs: bounded, going on unheard, forgotten in time. In virtual time where time matters."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from weakref import ref

import pytest

from seawall.conversations.jobs import REMEMBERED_S, Job, Jobs
from seawall.values.refusal import Reason, Refusal
from virtual_time import run_virtually

ADA, EVE = "account-ada", "account-eve"


def begin(
    jobs: Jobs, answer_id: str, work: Callable[[Job], Awaitable[None]], account: str = ADA, conversation: str = "c"
) -> Job:
    job = jobs.start(account, conversation, answer_id, work)
    assert isinstance(job, Job)
    return job


class Work:
    """Says a word a second for so long; keeps how it ended."""

    def __init__(self, seconds: int = 3, ends_s: float = 0.0) -> None:
        self._seconds = seconds
        self._ends_s = ends_s
        self.ended = ""

    async def __call__(self, job: Job) -> None:
        try:
            job.tell("begun", {})
            for _ in range(self._seconds):
                await asyncio.sleep(1)
                job.say("word ", "")
            self.ended = "whole"
        except asyncio.CancelledError:
            await asyncio.sleep(self._ends_s)
            self.ended = "interrupted" if job.interrupted else "stopped"
        job.tell("done", {"status": self.ended})


async def heard(job: Job, after: int = 0) -> list[str]:
    return [event.name async for events in job.listen(after) for event in events]


def reason(result: object) -> Reason | None:
    return result.reason if isinstance(result, Refusal) else None


def test_a_job_goes_on_to_its_end_though_nobody_listens() -> None:
    async def main() -> None:
        jobs, work = Jobs(per_account=2), Work()
        job = begin(jobs, "a", work)
        await asyncio.sleep(10)
        assert (work.ended, job.ended, len(jobs)) == ("whole", True, 0)
        assert await heard(job) == ["begun", "piece", "done"]

    run_virtually(main())


def test_each_listener_hears_what_is_new_to_it_as_it_comes() -> None:
    async def main() -> None:
        jobs = Jobs(per_account=2)
        job = begin(jobs, "a", Work())
        early = asyncio.create_task(heard(job))
        await asyncio.sleep(2.5)
        late = asyncio.create_task(heard(job))
        assert await early == ["begun", "piece", "piece", "piece", "done"]
        assert await late == ["begun", "piece", "piece", "done"]

    run_virtually(main())


def test_who_names_an_event_that_never_was_hears_all() -> None:
    async def main() -> None:
        job = begin(Jobs(per_account=2), "a", Work())
        await asyncio.sleep(1.5)
        assert (await heard(job, after=9_999_999))[-1] == "done"

    run_virtually(main())


def test_a_listener_that_goes_away_ends_nothing() -> None:
    async def main() -> None:
        jobs, work = Jobs(per_account=2), Work()
        listening = asyncio.create_task(heard(begin(jobs, "a", work)))
        await asyncio.sleep(1.5)
        listening.cancel()
        await asyncio.sleep(5)
        assert work.ended == "whole"

    run_virtually(main())


def test_an_account_has_its_bound_and_takes_nothing_from_another() -> None:
    async def main() -> None:
        jobs = Jobs(per_account=2)
        first = begin(jobs, "a", Work(100))
        begin(jobs, "b", Work(100))
        assert reason(jobs.start(ADA, "c", "d", Work())) is Reason.SHARE_USED
        assert jobs.start(ADA, "c", "a", Work()) is first
        begin(jobs, "e", Work(100), EVE)
        await first.stop()
        begin(jobs, "d", Work())
        await jobs.close()

    run_virtually(main())


def test_beyond_all_that_may_be_in_progress_nobody_begins() -> None:
    async def main() -> None:
        jobs = Jobs(per_account=2, most=1)
        begin(jobs, "a", Work(100))
        assert reason(jobs.start(EVE, "c", "b", Work())) is Reason.NO_ROOM
        await jobs.close()

    run_virtually(main())


def test_nobody_finds_anothers_job() -> None:
    async def main() -> None:
        jobs = Jobs(per_account=2)
        job = begin(jobs, "a", Work())
        assert (jobs.find(ADA, "a"), jobs.find(EVE, "a")) == (job, None)
        assert (jobs.running_of(ADA), jobs.running_of(EVE)) == ((job,), ())
        await jobs.close()

    run_virtually(main())


def test_an_ended_job_is_remembered_for_a_minute() -> None:
    async def main() -> None:
        jobs = Jobs(per_account=2)
        job = begin(jobs, "a", Work(1))
        await asyncio.sleep(1 + REMEMBERED_S - 1)
        assert jobs.find(ADA, "a") is job
        await asyncio.sleep(2)
        assert jobs.find(ADA, "a") is None

    run_virtually(main())


def test_of_too_many_ended_jobs_the_oldest_are_forgotten_early() -> None:
    async def main() -> None:
        jobs = Jobs(per_account=8, remembered_bytes=5_000)
        for name in "abc":
            await begin(jobs, name, Work(3)).over()
        await asyncio.sleep(0)
        assert jobs.find(ADA, "a") is None
        assert jobs.find(ADA, "c") is not None

    run_virtually(main())


def test_what_is_forgotten_early_takes_no_memory_any_more() -> None:
    async def main() -> None:
        jobs = Jobs(per_account=2, remembered_bytes=0)
        job = begin(jobs, "a", Work(1))
        gone = ref(job)
        await asyncio.sleep(10)
        del job
        gc.collect()
        assert gone() is None
        await asyncio.sleep(REMEMBERED_S)

    run_virtually(main())


def test_what_was_refused_at_the_door_is_not_remembered() -> None:
    refusal = Refusal(Reason.NO_ROOM, "Full.")

    async def main() -> None:
        jobs = Jobs(per_account=2)

        async def turned_away(job: Job) -> None:
            job.refusal = refusal

        job = begin(jobs, "a", turned_away)
        assert await heard(job) == []
        assert job.refusal is refusal
        assert jobs.find(ADA, "a") is None

    run_virtually(main())


def test_stopping_returns_once_the_end_is_kept_and_twice_is_once() -> None:
    async def main() -> None:
        jobs, work = Jobs(per_account=2), Work(100, ends_s=2.0)
        job = begin(jobs, "a", work)
        await asyncio.sleep(3)
        await asyncio.gather(job.stop(), job.stop())
        assert (work.ended, job.ended) == ("stopped", True)

    run_virtually(main())


def test_a_job_that_is_stopped_before_its_first_step_leaves_the_book() -> None:
    async def main() -> None:
        jobs, work = Jobs(per_account=2), Work()
        job = begin(jobs, "a", work)
        await job.stop()
        assert (work.ended, len(jobs), reason(job.refusal)) == ("", 0, Reason.ENGINE_UNAVAILABLE)

    run_virtually(main())


def test_deleting_a_conversation_stops_its_answers_alone() -> None:
    async def main() -> None:
        jobs, here, elsewhere = Jobs(per_account=8), Work(5), Work(5)
        begin(jobs, "a", here, conversation="c")
        begin(jobs, "b", elsewhere, conversation="d")
        await asyncio.sleep(1)
        await jobs.stop_in(ADA, "c")
        await asyncio.sleep(9)
        assert (here.ended, elsewhere.ended) == ("stopped", "whole")

    run_virtually(main())


@pytest.mark.parametrize(("within_s", "ended"), [(10.0, "whole"), (1.5, "interrupted")])
def test_a_service_that_stops_waits_for_answers_and_then_interrupts_them(within_s: float, ended: str) -> None:
    async def main() -> None:
        jobs, work = Jobs(per_account=2), Work(3)
        begin(jobs, "a", work)
        await asyncio.sleep(0)
        await jobs.drain(within_s)
        assert reason(jobs.start(ADA, "c", "b", Work())) is Reason.ENGINE_UNAVAILABLE
        await jobs.close()
        assert work.ended == ended

    run_virtually(main())
