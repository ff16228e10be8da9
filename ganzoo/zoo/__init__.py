"""One GAN per file."""
