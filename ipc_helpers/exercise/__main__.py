"""The record from a terminal.

python -m ipc_helpers.exercise                 what is done
python -m ipc_helpers.exercise --export FILE   the same as CSV, to hand in
"""

from __future__ import annotations

import argparse

from ipc_helpers.exercise.tutor import progress


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ipc_helpers.exercise")
    parser.add_argument("--export", metavar="FILE", help="write a CSV file, a line per exercise")
    print(progress(export=parser.parse_args().export))


if __name__ == "__main__":
    main()
