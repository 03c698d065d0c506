"""What a model keeps of the tokens it has read, so as to read each only once. Knows no layer and no weight.

A latent is kv_lora_rank + qk_rope_head_dim numbers, for all heads together: that is what latent attention saves.
Shapes as in model.py: B batch, T tokens read now, S tokens so far, X a latent's size.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass(slots=True)
class Cache:
    """A latent a token and layer, and which document each token is of.

    A token that proves wrong is not cut out but made part of no document, so that rows may differ in length.
    """

    latent_BSX: dict[int, Tensor] = field(default_factory=dict[int, Tensor])
    document_BS: Tensor | None = None

    def extend(self, layer: int, latent_BTX: Tensor) -> Tensor:
        before = (self.latent_BSX[layer],) if layer in self.latent_BSX else ()
        self.latent_BSX[layer] = torch.cat((*before, latent_BTX), dim=1)
        return self.latent_BSX[layer]

    def announce(self, document_BT: Tensor) -> tuple[Tensor, Tensor]:
        """Takes note of tokens to be read. Returns the documents of all so far, and the new ones' positions."""
        before_BS = document_BT[:, :0] if self.document_BS is None else self.document_BS
        self.document_BS = torch.cat((before_BS, document_BT), dim=1)
        length_BX = (before_BS >= 0).sum(dim=1, keepdim=True)
        return self.document_BS, length_BX + torch.arange(document_BT.shape[1], device=document_BT.device)

    def forget(self, wrong_BT: Tensor) -> None:
        """Unsays those of the newest tokens that ``wrong_BT`` marks."""
        assert self.document_BS is not None
        self.document_BS[:, -wrong_BT.shape[1] :].masked_fill_(wrong_BT, -1)

    def select(self, row_B: Tensor) -> None:
        """Goes on with these rows alone, in this order; a row named twice is continued twice."""
        assert self.document_BS is not None
        self.document_BS = self.document_BS[row_B]
        self.latent_BSX = {layer: latent_BSX[row_B] for layer, latent_BSX in self.latent_BSX.items()}
