"""What happened, step by step: inline pictures for replays and labs."""
