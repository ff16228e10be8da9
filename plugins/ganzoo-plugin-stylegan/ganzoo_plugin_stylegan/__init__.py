"""Style-based generators for ganzoo: StyleGAN and StyleGAN2, trained here or imported from the published files."""
