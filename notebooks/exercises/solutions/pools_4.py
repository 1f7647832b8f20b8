import asyncio


async def answer(clock, box):
    """Return what comes out of the box; meanwhile the clock, a coroutine, goes on ticking."""
    ticking = asyncio.create_task(clock)
    found = await asyncio.to_thread(box.get)  # a thread waits, and the loop goes on
    await ticking
    return found
