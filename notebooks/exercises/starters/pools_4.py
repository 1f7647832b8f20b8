import asyncio


async def answer(clock, box):
    """Return what comes out of the box; meanwhile the clock, a coroutine, goes on ticking."""
    ticking = asyncio.create_task(clock)
    found = box.get()
    await ticking
    return found
