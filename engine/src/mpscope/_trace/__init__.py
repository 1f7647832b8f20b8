"""What happened, in words that are the same on every run: who took part, what went where."""
