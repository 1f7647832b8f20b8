def report(batches, readings):
    """A child: put the readings in batches of two; what is left over makes a smaller batch."""
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == 2:
            batches.put(batch)
            batch.clear()
    if batch:
        batches.put(batch)
