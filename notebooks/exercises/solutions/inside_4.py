def report(batches, readings):
    """A child: put the readings in batches of two; what is left over makes a smaller batch."""
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == 2:
            batches.put(batch)  # from here on this list belongs to the queue
            batch = []  # ... and the next batch is another list
    if batch:
        batches.put(batch)
