"""Subclasses of the standard multiprocessing classes that write down what they do.

Each module mirrors one of the standard library's (`process`, `connection`, `queues`,
`synchronize`, `managers`), so that a child imports only what it uses.  The classes have the names
of their parents, as these show in messages and in `repr`, and behave like their parents; they add
records to this process's log (`recorder`), and outside an observed block they are their parents.
"""
