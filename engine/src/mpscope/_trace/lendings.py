"""What children were lent, and how it looked: see `_recording.lent`, which writes that down."""

from typing import NamedTuple, Self


class Look(NamedTuple):
    """How something looked."""

    kind: str
    shown: str
    digest: str


class Lending(NamedTuple):
    """What a child got a copy of, and the parent still had unchanged when it joined that child."""

    child: str
    key: str
    """The same that the child has for it."""
    name: str
    """Of the parent's variable, or of the attribute ..."""
    home: str
    """... and of the function whose variable it is; ".c.self": an attribute of what these hold."""
    look: Look
    forked: bool
    ways: list[int]
    """The places where it was joined, and where that function was called, and so on."""
    file: str
    """Where the child's function stands."""

    @classmethod
    def read(cls, fields: list[str]) -> Self:
        child, key, name, home, kind, shown, digest, forked, ways, *file = fields
        places = [*map(int, ways.split())]
        look = Look(kind, shown, digest)
        return cls(child, key, name, home, look, bool(int(forked)), places, "\n".join(file))
