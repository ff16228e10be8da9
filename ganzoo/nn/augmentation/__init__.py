"""Random changes of images that gradients pass through; per image, without a wait for the device."""
