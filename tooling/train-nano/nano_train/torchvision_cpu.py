"""Lets torchvision be imported beside a CPU-only PyTorch, where its compiled operators do not load.

The reference's processor imports torchvision, but uses no compiled operator of it.
"""

import torch


def declare_operators() -> None:
    """Declares the operators whose absence ends the import; does nothing where they are there."""
    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        library = torch.library.Library("torchvision", "DEF")
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _kept.append(library)


_kept: list[torch.library.Library] = []
"""A library's declarations last as long as the object."""
