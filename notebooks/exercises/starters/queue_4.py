STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox):
    """A child: take plates from `inbox`, do a step with each, put them into `outbox`."""
    ...


def run(mp, plates, room):
    """Send all plates through wash, dry and pack, with two processes for each step.

    The three inboxes hold at most `room` plates. Return what comes out at the end, sorted.
    """
    ...
