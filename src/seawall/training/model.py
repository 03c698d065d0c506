"""The V3 architecture, whole: what a forward pass computes. Knows no loss, no data, no file.

Parameters are named as in transformers' DeepseekV3ForCausalLM. Papers: arXiv 2405.04434 (latent attention), 2401.06066
(experts), 2408.15664 (balance by bias), 2412.19437 (V3, prediction of more tokens), 2309.00071 (YaRN).

A tensor's name ends in its shape:
    B batch          D hidden_size            H heads             E n_routed_experts     M = B T
    T tokens now     F a feed-forward's size  N qk_nope_head_dim  K num_experts_per_tok  P = M K, a place for each
    S tokens so far  W vocab_size             R qk_rope_head_dim  G n_group                token at each expert
    X one of its own L sparse layers          V v_head_dim        C kv_lora_rank         Q q_lora_rank
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seawall.training.cache import Cache
from seawall.training.config import ModelConfig
from seawall.training.gradients import Pick, RootMeanSquare


@dataclass(frozen=True, slots=True)
class Output:
    """``hidden_BTD`` is what the head read; ``load_LE`` counts the tokens that a sparse layer sent to an expert."""

    logits_BTW: Tensor
    hidden_BTD: Tensor
    load_LE: Tensor


@dataclass(frozen=True, slots=True)
class Place:
    """Where tokens stand: how far dimensions turn there, which are no padding, what each sees (None: all before)."""

    turn_BTX: Tensor
    real_BT: Tensor
    sees_BTS: Tensor | None
    cache: Cache | None


def frequencies(config: ModelConfig) -> Tensor:
    """Radians a position of each pair of dimensions: geometric, and where texts may be longer bent by YaRN."""
    R, theta, yarn = config.qk_rope_head_dim, config.rope_theta, config.rope_scaling
    plain_X = theta ** -(torch.arange(0, R, 2, dtype=torch.float32) / R)
    if yarn is None:
        return plain_X
    turns = (yarn.original_max_position_embeddings / (beta * 2 * math.pi) for beta in (yarn.beta_fast, yarn.beta_slow))
    first, last = (R * math.log(turn) / (2 * math.log(theta)) for turn in turns)
    first, last = max(math.floor(first), 0), min(math.ceil(last), R - 1)
    squeezed_X = ((torch.arange(R // 2, dtype=torch.float32) - first) / max(last - first, 1e-3)).clamp(0, 1)
    return plain_X / yarn.factor * squeezed_X + plain_X * (1 - squeezed_X)


def rotate(x: Tensor, turn: Tensor) -> Tensor:
    """Turns neighbouring dimensions (0, 1), (2, 3), ... as complex numbers: V3's interleaved RoPE."""
    pairs = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)).contiguous())
    return torch.view_as_real(pairs * turn).flatten(-2).to(x.dtype)


class Norm(nn.RMSNorm):
    def forward(self, x: Tensor) -> Tensor:
        # Autocast makes x less precise than the weight; here, and in grouped_mm, it leaves it to us to make both alike.
        weight = self.weight.to(x.dtype)
        return F.rms_norm(x, x.shape[-1:], weight, self.eps) if x.is_cuda else RootMeanSquare.apply(x, weight, self.eps)


class Attention(nn.Module):
    """Multi-head latent attention: the keys and values of all heads are read out of one small vector a token."""

    def __init__(self, config: ModelConfig, layer: int) -> None:
        super().__init__()
        self.layer, self.scale, self.compresses_queries = layer, config.softmax_scale, config.q_lora_rank is not None
        self.H, self.C, self.R = config.num_attention_heads, config.kv_lora_rank, config.qk_rope_head_dim
        self.N, self.V = config.qk_nope_head_dim, config.v_head_dim
        D, Q = config.hidden_size, config.q_lora_rank
        if Q is not None:
            self.q_a_proj, self.q_a_layernorm = nn.Linear(D, Q, bias=False), Norm(Q, eps=1e-6)
            self.q_b_proj = nn.Linear(Q, self.H * config.qk_head_dim, bias=False)
        else:
            self.q_proj = nn.Linear(D, self.H * config.qk_head_dim, bias=False)
        self.kv_a_proj_with_mqa = nn.Linear(D, self.C + self.R, bias=False)
        self.kv_a_layernorm = Norm(self.C, eps=1e-6)
        self.kv_b_proj = nn.Linear(self.C, self.H * (self.N + self.V), bias=False)
        self.o_proj = nn.Linear(self.H * self.V, D, bias=False)

    def forward(self, x_BTD: Tensor, place: Place) -> Tensor:
        q_BTX = self.q_a_layernorm(self.q_a_proj(x_BTD)) if self.compresses_queries else x_BTD
        q_BTX = self.q_b_proj(q_BTX) if self.compresses_queries else self.q_proj(q_BTX)
        q_BTHN, q_BTHR = q_BTX.unflatten(-1, (self.H, -1)).split((self.N, self.R), dim=-1)
        q_BTHR = rotate(q_BTHR, place.turn_BTX[:, :, None])
        c_BTC, k_BTR = self.kv_a_proj_with_mqa(x_BTD).split((self.C, self.R), dim=-1)
        latent_BSX = torch.cat((self.kv_a_layernorm(c_BTC), rotate(k_BTR, place.turn_BTX)), dim=-1)
        if place.cache is not None:
            latent_BSX = place.cache.extend(self.layer, latent_BSX)
        # Multiplications a head: T S (2 C + R) + T C (N + V) absorbed, S C (N + V) + T S (N + R + V) expanded.
        T, S, both = x_BTD.shape[1], latent_BSX.shape[1], self.N + self.V
        if place.sees_BTS is not None and S > T and T * S * (2 * self.C - both) < (S - T) * self.C * both:
            return self.o_proj(self._absorbed(q_BTHN, q_BTHR, latent_BSX, place.sees_BTS).flatten(2))
        return self.o_proj(self._expanded(q_BTHN, q_BTHR, latent_BSX, place.sees_BTS).flatten(2))

    def _expanded(self, q_BTHN: Tensor, q_BTHR: Tensor, latent_BSX: Tensor, sees_BTS: Tensor | None) -> Tensor:
        """Reads every head's keys and values out of the latents: for many tokens at once. Values are padded to the size
        of keys, since torch fuses attention for one size alone: a third less time, and no memory of T S numbers."""
        c_BSC, k_BSR = latent_BSX.split((self.C, self.R), dim=-1)
        k_BSHN, v_BSHV = self.kv_b_proj(c_BSC).unflatten(-1, (self.H, -1)).split((self.N, self.V), dim=-1)
        k_BSHX = torch.cat((k_BSHN, k_BSR[:, :, None].expand(-1, -1, self.H, -1)), dim=-1)
        v_BSHX = F.pad(v_BSHV, (0, max(self.N + self.R - self.V, 0)))
        q, k, v = (x.transpose(1, 2) for x in (torch.cat((q_BTHN, q_BTHR), dim=-1), k_BSHX, v_BSHX))
        mask = None if sees_BTS is None else sees_BTS[:, None]
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None, scale=self.scale)
        return out.transpose(1, 2)[..., : self.V]

    def _absorbed(self, q_BTHN: Tensor, q_BTHR: Tensor, latent_BSX: Tensor, sees_BTS: Tensor) -> Tensor:
        """Moves the queries to the latents, which every head shares, instead: for few tokens after many."""
        w_HXC = self.kv_b_proj.weight.unflatten(0, (self.H, -1))
        q_BTHX = torch.cat((torch.einsum("bthn,hnc->bthc", q_BTHN, w_HXC[:, : self.N]), q_BTHR), dim=-1)
        score_BTHS = torch.einsum("bthx,bsx->bths", q_BTHX, latent_BSX) * self.scale
        score_BTHS = score_BTHS.masked_fill(~sees_BTS[:, :, None], -math.inf)
        weight_BTHS = score_BTHS.softmax(dim=-1, dtype=torch.float32).to(latent_BSX.dtype)
        out_BTHC = torch.einsum("bths,bsc->bthc", weight_BTHS, latent_BSX[..., : self.C])
        return torch.einsum("bthc,hvc->bthv", out_BTHC, w_HXC[:, self.N :])


class MLP(nn.Module):
    def __init__(self, D: int, size: int) -> None:
        super().__init__()
        self.gate_proj, self.up_proj = nn.Linear(D, size, bias=False), nn.Linear(D, size, bias=False)
        self.down_proj = nn.Linear(size, D, bias=False)

    def forward(self, x_BTD: Tensor, place: Place) -> tuple[Tensor, None]:
        return self.down_proj(F.silu(self.gate_proj(x_BTD)) * self.up_proj(x_BTD)), None


class Gate(nn.Module):
    """Chooses experts by affinity plus bias, and weighs them by affinity alone.

    The bias is no parameter: the trainer raises it where too few tokens came, so that no loss has to ask for balance.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.weight = nn.Parameter(torch.empty(config.n_routed_experts, config.hidden_size))
        self.e_score_correction_bias = nn.Buffer(torch.zeros(config.n_routed_experts))

    def forward(self, x_MD: Tensor) -> tuple[Tensor, Tensor]:
        with torch.autocast(x_MD.device.type, enabled=False):
            affinity_ME = F.linear(x_MD.float(), self.weight.float()).sigmoid()
        score_ME = (affinity_ME + self.e_score_correction_bias).detach()
        if self.config.topk_group < self.config.n_group:
            # Only experts of the groups whose best two are best, so that a token visits few machines.
            score_MGX = score_ME.unflatten(-1, (self.config.n_group, -1))
            best_MX = score_MGX.topk(2, dim=-1).values.sum(dim=-1).topk(self.config.topk_group, dim=-1).indices
            shut_MG = torch.ones_like(score_MGX[..., 0], dtype=torch.bool).scatter(1, best_MX, False)
            score_ME = score_MGX.masked_fill(shut_MG[..., None], -math.inf).flatten(1)
        expert_MK = score_ME.topk(self.config.num_experts_per_tok, dim=-1, sorted=False).indices
        weight_MK = affinity_ME.gather(1, expert_MK)
        if self.config.norm_topk_prob:
            weight_MK = weight_MK / (weight_MK.sum(dim=-1, keepdim=True) + 1e-20)
        return weight_MK * self.config.routed_scaling_factor, expert_MK


class Experts(nn.Module):
    """The routed experts, all at once: places sorted by expert, then two grouped products."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        E, D, size = config.n_routed_experts, config.hidden_size, config.moe_intermediate_size
        self.gate_up_proj = nn.Parameter(torch.empty(E, 2 * size, D))
        self.down_proj = nn.Parameter(torch.empty(E, D, size))

    def forward(self, x_MD: Tensor, weight_MK: Tensor, expert_MK: Tensor) -> Tensor:
        where, every_E = x_MD.device.type, torch.arange(len(self.down_proj), device=x_MD.device)
        kind = torch.get_autocast_dtype(where) if torch.is_autocast_enabled(where) else x_MD.dtype
        expert_P, order_P = expert_MK.flatten().sort(stable=True)
        back_P = order_P.argsort()
        end_E = torch.searchsorted(expert_P, every_E, right=True, out_int32=True)
        x_PD = Pick.apply(x_MD.to(kind), order_P, back_P, expert_MK.shape[1])
        gate_PF, up_PF = F.grouped_mm(x_PD, self.gate_up_proj.to(kind).mT, offs=end_E).chunk(2, dim=-1)
        y_PD = F.grouped_mm(F.silu(gate_PF) * up_PF, self.down_proj.to(kind).mT, offs=end_E)
        y_PD = Pick.apply(y_PD, back_P, order_P, 1)
        return (y_PD.view(*expert_MK.shape, -1) * weight_MK[..., None]).sum(dim=1).to(x_MD.dtype)


class MoE(nn.Module):
    """Experts that are chosen for each token, and shared ones that every token passes."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.gate, self.experts = Gate(config), Experts(config)
        self.shared_experts = MLP(config.hidden_size, config.moe_intermediate_size * config.n_shared_experts)

    def forward(self, x_BTD: Tensor, place: Place) -> tuple[Tensor, Tensor]:
        x_MD = x_BTD.flatten(0, 1)
        weight_MK, expert_MK = self.gate(x_MD)
        real_MK = place.real_BT.long().reshape(-1, 1).expand_as(expert_MK)
        load_E = torch.zeros_like(self.gate.e_score_correction_bias, dtype=torch.long)
        load_E.scatter_add_(0, expert_MK.flatten(), real_MK.flatten())
        y_BTD = self.experts(x_MD, weight_MK, expert_MK).view_as(x_BTD)
        return y_BTD + self.shared_experts(x_BTD, place)[0], load_E


class Layer(nn.Module):
    def __init__(self, config: ModelConfig, layer: int) -> None:
        super().__init__()
        self.self_attn = Attention(config, layer)
        self.mlp = MoE(config) if config.is_sparse(layer) else MLP(config.hidden_size, config.intermediate_size)
        self.input_layernorm = Norm(config.hidden_size, eps=config.rms_norm_eps)
        self.post_attention_layernorm = Norm(config.hidden_size, eps=config.rms_norm_eps)

    def forward(self, x_BTD: Tensor, place: Place) -> tuple[Tensor, Tensor | None]:
        x_BTD = x_BTD + self.self_attn(self.input_layernorm(x_BTD), place)
        y_BTD, load_E = self.mlp(self.post_attention_layernorm(x_BTD), place)
        return x_BTD + y_BTD, load_E


class AheadLayer(Layer):
    """Multi-token prediction: what was known at a token, and the token after it, give the one after that."""

    def __init__(self, config: ModelConfig, layer: int) -> None:
        super().__init__(config, layer)
        D, eps = config.hidden_size, config.rms_norm_eps
        self.enorm, self.hnorm = Norm(D, eps=eps), Norm(D, eps=eps)
        self.eh_proj = nn.Linear(2 * D, D, bias=False)
        self.shared_head = nn.ModuleDict({"norm": Norm(D, eps=eps)})

    def forward(self, x_BTD: Tensor, place: Place, next_BTD: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        assert next_BTD is not None
        joined_BTX = torch.cat((self.enorm(next_BTD), self.hnorm(x_BTD)), dim=-1)  # The paper has them reversed.
        x_BTD, load_E = super().forward(self.eh_proj(joined_BTX), place)
        return self.shared_head["norm"](x_BTD), load_E


class Trunk(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        kinds = [Layer] * config.num_hidden_layers + [AheadLayer] * config.num_nextn_predict_layers
        self.layers = nn.ModuleList(kind(config, layer) for layer, kind in enumerate(kinds))
        self.norm = Norm(config.hidden_size, eps=config.rms_norm_eps)


class V3(nn.Module):
    """``model(tokens)`` gives the logits of each next token, ``model.ahead(...)`` those of the one after it."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config, self.model = config, Trunk(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.frequency_X = nn.Buffer(frequencies(config), persistent=False)
        for matrix in (parameter for parameter in self.parameters() if parameter.dim() > 1):
            nn.init.normal_(matrix, std=config.initializer_range)

    def forward(self, tokens_BT: Tensor, mask_BT: Tensor | None = None, cache: Cache | None = None) -> Output:
        """``mask_BT`` numbers documents: a token sees the earlier ones of its own. So 1 for text and 0 for padding
        masks padding on either side, and 1, 2, 3, ... keeps packed documents apart."""
        x_BTD, place, loads = self.model.embed_tokens(tokens_BT), self._place(tokens_BT, mask_BT, cache), []
        for layer in self.model.layers[: self.config.num_hidden_layers]:
            x_BTD, load_E = layer(x_BTD, place)
            loads.append(load_E)
        return self._output(self.model.norm(x_BTD), loads)

    def ahead(
        self, hidden_BTD: Tensor, next_BT: Tensor, mask_BT: Tensor | None = None, cache: Cache | None = None, k: int = 0
    ) -> Output:
        """Logits of the token after ``next_BT``, which follows the one that ``hidden_BTD`` is of. Module ``k + 1``
        takes the hidden state that module ``k`` gives, and a cache of its own."""
        layer, place = self.model.layers[self.config.num_hidden_layers + k], self._place(next_BT, mask_BT, cache)
        hidden_BTD, load_E = layer(hidden_BTD, place, self.model.embed_tokens(next_BT))
        return self._output(hidden_BTD, [load_E])

    def _output(self, hidden_BTD: Tensor, loads: list[Tensor | None]) -> Output:
        load_LE = [load_E for load_E in loads if load_E is not None]
        return Output(self.lm_head(hidden_BTD), hidden_BTD, torch.stack(load_LE) if load_LE else torch.empty(0, 0))

    def _place(self, tokens_BT: Tensor, mask_BT: Tensor | None, cache: Cache | None) -> Place:
        document_BT = torch.ones_like(tokens_BT) if mask_BT is None else mask_BT
        document_BS, position_BT = (cache or Cache()).announce(document_BT)
        sees_BTS = (document_BT[:, :, None] == document_BS[:, None]).tril(document_BS.shape[1] - document_BT.shape[1])
        angle_BTX = position_BT[..., None].float() * self.frequency_X
        turn_BTX = torch.polar(torch.full_like(angle_BTX, self.config.rope_size), angle_BTX)
        return Place(turn_BTX, document_BT > 0, None if cache is None and mask_BT is None else sees_BTS, cache)
