"""Subclasses of the standard multiprocessing classes that write down what they do.

Each module mirrors one of the standard library's (`process`, `connection`, `queues`,
`synchronize`, `managers`), so that a child imports only what it uses, and nothing that is not in
the standard library; nor `typing`, which would cost it several milliseconds.  The classes have the
names of their parents, as these show in messages and in `repr`, and behave like their parents; they
add records to this process's log (`recorder`); outside an observed block they are their parents.
"""
