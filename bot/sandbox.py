"""Reading strangers' files in a process of its own: what is built to hang or to fill the memory takes only that."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

CPU_SECONDS = 180
MEMORY = 3 * 1024**3


class TooHeavy(Exception):
    """The file needed more time or memory than a file of its kind has any reason to."""


def run_apart(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` returns or raises, done in another process under limits; raises TooHeavy beyond them."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_limit) as pool:
        try:
            return pool.submit(work, *args, **kwargs).result()
        except (BrokenProcessPool, MemoryError) as error:
            raise TooHeavy from error


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
