def serve(name, bell, ready, reports):
    """A child: say that I am ready, serve until the bell rings, report."""
    ready.put(name)
    ...
    reports.put(f"{name} closes")


def close_shop(mp, names):
    """Start a clerk for each name. When all are ready, ring. Return their reports, sorted."""
    ...
