"""What the children of the soak do. Standard library only: spawned children import this."""

from __future__ import annotations


def put_next(channel, n):
    channel.put(n + 1)


def answer(end):
    if end.recv() == "Hi child!":
        end.send("Hi daddy!")


def fill(table, n):
    table[n] = n * n


def wait_and_answer(go, answers, n):
    go.wait()
    answers.put(n)


def set_often(flag, times):
    for _ in range(times):
        flag.set()
