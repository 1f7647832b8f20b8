"""`python -m mpscope run program.py`: see `mpscope._run.launcher`."""

from mpscope._run.launcher import main

if __name__ == "__main__":
    main()
