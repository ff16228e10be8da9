"""Moving about in a trained model's latent space: walks, edits, style mixing, truncation, and images put into it."""
