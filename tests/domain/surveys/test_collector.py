"""Compiling pauses the garbage collector, and gives it back as it was."""

import gc
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

from domain.surveys.xform import FormError, compile_form
from domain.surveys.xform.collector import paused_collector


@pytest.fixture(autouse=True)
def running() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_it_goes_on_after_a_form_that_is_none() -> None:
    with pytest.raises(FormError):
        compile_form("<no xform")
    assert gc.isenabled()


def test_one_that_was_off_stays_off() -> None:
    gc.disable()
    with paused_collector:
        pass
    assert not gc.isenabled()


def test_the_last_of_two_threads_lets_it_go_on() -> None:
    both, first_is_done = Barrier(2), Barrier(2)
    seen = []

    def first() -> None:
        with paused_collector:
            both.wait(5)
        first_is_done.wait(5)

    def second() -> None:
        with paused_collector:
            both.wait(5)
            first_is_done.wait(5)
            seen.append(gc.isenabled())

    threads = [Thread(target=first), Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert seen == [False]
    assert gc.isenabled()
