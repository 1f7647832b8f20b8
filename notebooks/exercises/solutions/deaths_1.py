from multiprocessing.connection import wait


def answers(mp, target, jobs):
    """A child for each job. Return, in order, its answer; or its exit code if it gave none."""
    clerks = []
    for job in jobs:
        mine, yours = mp.Pipe(duplex=False)
        child = mp.Process(target=target, args=(job, yours))
        child.start()
        yours.close()  # now the child alone holds the end that it writes to
        clerks.append((mine, child))
    return [answer_or_code(mine, child) for mine, child in clerks]


def answer_or_code(line, child):
    wait([line, child.sentinel])  # a word or its end, whichever comes first
    try:
        answer = line.recv()  # hear first: last words may still be in the pipe
    except EOFError:
        answer = None
    child.join()  # then bury; before this, the exit code may be None
    return child.exitcode if answer is None else answer
