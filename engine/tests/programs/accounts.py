"""Two workers move money between two accounts, one in each direction."""

import multiprocessing
import sys


class Teller(multiprocessing.Process):
    def __init__(self, name, first, second, opened):
        super().__init__(name=name)
        self.first, self.second, self.opened = first, second, opened

    def run(self):
        with self.first:
            print(self.name, "has the first account")
            self.opened.wait()
            with self.second:
                print(self.name, "has both")


class Bank:
    def __init__(self):
        self.giro, self.savings = multiprocessing.Lock(), multiprocessing.Lock()
        opened = multiprocessing.Barrier(2)
        self.tellers = [
            Teller("to-savings", self.giro, self.savings, opened),
            Teller("to-giro", self.savings, self.giro, opened),
        ]

    def work(self):
        for teller in self.tellers:
            teller.start()
        for teller in self.tellers:
            teller.join()


if __name__ == "__main__":
    if sys.argv[1:]:
        multiprocessing.set_start_method(sys.argv[1])
    Bank().work()
    print("done")
