"""`mpscope run`: observes a program that knows nothing of it.

launcher    the command line; runs the program as `__main__`, ends as it ends
session     the block around it: its account whenever one is wanted, its files at the end
patches     what of multiprocessing is replaced, in the program and in each of its processes
process     its processes: they report, and print to where they always did
"""
