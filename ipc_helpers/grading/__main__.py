"""The record from a terminal.

python -m ipc_helpers.grading                 what is done
python -m ipc_helpers.grading --export FILE   the same as CSV, to hand in
"""

from __future__ import annotations

import argparse

from ipc_helpers.grading.api import progress


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ipc_helpers.grading")
    parser.add_argument("--export", metavar="FILE", help="write a CSV file, a line per exercise")
    print(progress(export=parser.parse_args().export))


if __name__ == "__main__":
    main()
