"""The functions that run in child processes, a module per lesson; standard library only."""
