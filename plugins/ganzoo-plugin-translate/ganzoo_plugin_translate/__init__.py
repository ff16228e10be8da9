"""Translation of images that come in pairs, for ganzoo: pix2pix, and paired shapes to try it on."""
