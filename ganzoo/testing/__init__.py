"""What a plugin tests itself with."""
