"""Building blocks of networks that several GANs use identically, one per file."""
