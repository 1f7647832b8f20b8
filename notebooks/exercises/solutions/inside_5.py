def report(results, lines, leave):
    """A child: put every line; then leave."""
    for line in lines:
        results.put(line)
    results.close()  # this process puts no more ...
    results.join_thread()  # ... so its feeder comes to an end: now all is sent
    leave()  # ends this process at once
