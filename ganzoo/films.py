"""Moving pictures of samples: GIF everywhere, MP4 with the extra `ganzoo[video]`."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from ganzoo.errors import ConfigError, DataError
from ganzoo.files import write_whole
from ganzoo.pictures import grid

ENDINGS = (".gif", ".mp4")


def save_film(frames: Tensor, path: Path, *, frames_per_second: float = 15) -> None:
    """Write images (N, C, H, W) in [-1, 1] as a film; small ones are enlarged without smoothing.

    Raises: ConfigError for another ending, and where MP4 cannot be written here; DataError for what is no image;
        WriteError.
    """
    if frames.ndim != 4 or not len(frames):
        raise DataError(f"samples of shape {list(frames.shape)} make no film", hint="a .npy file holds the numbers")
    if not 0 < frames_per_second <= 120:
        raise ConfigError(f"frames_per_second={frames_per_second}: it lies above 0 and up to 120")
    if path.suffix == ".gif":
        save_gif(frames, path, frames_per_second)
    elif path.suffix == ".mp4":
        save_mp4(frames, path, frames_per_second)
    else:
        raise ConfigError(f"{path} is no film", hint=f"use one of {', '.join(ENDINGS)}")


def save_gif(frames: Tensor, path: Path, frames_per_second: float) -> None:
    """One palette for each frame; it is shown again and again."""
    first, *others = (grid(frame[None], columns=1).convert("RGB") for frame in frames)
    duration = max(20, round(1000 / frames_per_second))  # milliseconds; browsers slow down what is quicker

    def save(temporary: Path) -> None:
        first.save(temporary, format="GIF", save_all=True, append_images=others, duration=duration, loop=0)

    write_whole(path, save)


def save_mp4(frames: Tensor, path: Path, frames_per_second: float) -> None:
    """H.264, which browsers show. Sides are made even, as the format asks."""
    try:
        import av
    except ImportError as error:
        raise ConfigError("MP4 needs the package av", hint="pip install 'ganzoo[video]', or write a .gif") from error
    from fractions import Fraction

    import numpy as np

    images = [np.asarray(grid(frame[None], columns=1).convert("RGB")) for frame in frames]
    height, width = (side - side % 2 for side in images[0].shape[:2])

    def save(temporary: Path) -> None:
        with av.open(str(temporary), "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=Fraction(frames_per_second).limit_denominator(1000))
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            for image in images:
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), format="rgb24")
                container.mux(stream.encode(frame))
            container.mux(stream.encode())

    write_whole(path, save)
