"""Muon (Keller Jordan et al., 2024): momentum whose update is made orthogonal, for the matrices inside the network.

    M = lerp(M, G, 1 - momentum)        U = lerp(G, M, momentum)
    W = (1 - lr·decay)·W - lr · 0.2·sqrt(max(rows, columns)) · orthogonal(U)

The factor (Moonlight, arXiv:2502.16982) gives steps of AdamW's size, so both share one learning rate.
"""

from __future__ import annotations

from typing import Callable, Iterable

import torch
from torch import Tensor, nn

ORTHOGONAL_STEPS = 5
A, B, C = 3.4445, -4.7750, 2.0315
"""Newton-Schulz coefficients of the original: singular values end near 1, quickly rather than exactly."""


def orthogonal(update: Tensor) -> Tensor:
    """The nearest matrix with equal singular values, roughly; [..., rows, columns]."""
    x = update.bfloat16()
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    for _ in range(ORTHOGONAL_STEPS):
        gram = x @ x.mT
        x = A * x + (B * gram + C * (gram @ gram)) @ x
    return (x.mT if tall else x).to(update.dtype)


class Muon(torch.optim.Optimizer):
    """For parameters of two or more dimensions; `blocks` of a group splits fused matrices (q, k, v) by rows."""

    def __init__(self, params: Iterable[object], lr: float = 1e-3, weight_decay: float = 0.02, momentum: float = 0.95) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "blocks": 1})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:
        for group in self.param_groups:
            updates: dict[torch.Size, list[tuple[Tensor, Tensor]]] = {}
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                update = parameter.grad.lerp(state["momentum"], group["momentum"]).flatten(1)
                update = update.view(group["blocks"], -1, update.shape[1])
                updates.setdefault(update.shape, []).append((parameter, update))
            for (_, rows, columns), same in updates.items():  # one batched product for all matrices of a shape
                steps = orthogonal(torch.stack([update for _, update in same])) * 0.2 * max(rows, columns) ** 0.5
                for (parameter, _), step in zip(same, steps):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(step.reshape(parameter.shape), alpha=-group["lr"])


def nano_optimizers(model: nn.Module, extra: nn.Module | None = None) -> list[torch.optim.Optimizer]:
    """Muon for hidden matrices; AdamW for embeddings, convolutions that meet pixels, biases and `extra`."""
    matrices, fused, others, flat = [], [], [], []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        outer = any(part in name for part in ("embed", "token", "patch", "upscale_conv", "memory"))
        if parameter.dim() < 2:
            flat.append(parameter)
        elif outer or min(parameter.flatten(1).shape) == 1:
            others.append(parameter)
        else:
            (fused if "qkv" in name else matrices).append(parameter)
    adam = [{"params": others, "weight_decay": 0.02}, {"params": flat}, {"params": list(extra.parameters()) if extra else []}]
    optimizers: list[torch.optim.Optimizer] = [torch.optim.AdamW(adam, lr=1e-3, betas=(0.9, 0.98), weight_decay=0.0)]
    groups = [{"params": matrices}, {"params": fused, "blocks": 3}]
    if any(group["params"] for group in groups):
        optimizers.append(Muon([group for group in groups if group["params"]]))
    return optimizers
