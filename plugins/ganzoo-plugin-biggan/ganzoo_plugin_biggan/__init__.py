"""BigGAN and BigGAN-deep for ganzoo, trained here or imported from published weights."""
