"""Playing the game: the loop, its checkpoints, and what it leaves on disk."""
