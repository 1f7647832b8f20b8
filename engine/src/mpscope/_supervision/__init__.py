"""Keeps the promises of a block, from its parent: it ends in time, and leaves nothing behind."""
