"""What the zoo is made of before torch is imported: entries, discovery, names, settings."""
