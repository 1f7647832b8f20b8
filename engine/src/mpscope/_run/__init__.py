"""`mpscope run`: observes a program that knows nothing of it.

launcher    the command line; runs the program as `__main__`, ends as it ends
session     the block around it: its account whenever one is wanted, its files at the end
account     who waits for whom, with the last lines of each process, in words
patches     what of multiprocessing is replaced, in the program and in each of its processes
contexts    the contexts that the program gets
process     its processes: they report, and print to where they always did
"""
