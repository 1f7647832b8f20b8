"""Who waits for whom, and why in vain: read from the logs, told as an account."""
