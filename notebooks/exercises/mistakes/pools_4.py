# %% second
import asyncio


async def answer(clock, box):
    loop = asyncio.get_running_loop()
    found, _ = await asyncio.gather(loop.run_in_executor(None, box.get), clock)
    return found


# %% wrong: stopped-the-clock
async def answer(clock, box):
    ticking = asyncio.create_task(clock)
    found = box.get()
    await ticking
    return found


# %% wrong: stopped-the-clock (in a coroutine)
async def get(box):
    return box.get()


async def answer(clock, box):
    ticking = asyncio.create_task(clock)
    found = await get(box)
    await ticking
    return found


# %% wrong: gave-up
async def answer(clock, box):
    ticking = asyncio.create_task(clock)
    found = box.get(timeout=0.2)
    await ticking
    return found


# %% wrong: not-awaited
async def answer(clock, box):
    await clock
    return asyncio.to_thread(box.get)


# %% wrong: clock-cut-off
async def slow(clock):
    await clock
    await asyncio.sleep(60)


async def answer(clock, box):
    ticking = asyncio.create_task(clock)
    found = await asyncio.to_thread(box.get)
    ticking.cancel()
    return found


# %% wrong: asked-again-and-again
async def answer(clock, box):
    ticking = asyncio.create_task(clock)
    while box.empty():
        await asyncio.sleep(0.01)
    await ticking
    return box.get()


# %% wrong: one-after-the-other
async def answer(clock, box):
    await clock
    return await asyncio.to_thread(box.get)
