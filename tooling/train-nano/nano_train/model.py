"""The reference's `Sam2Model`, with one decoder pass that gives all four masks, and a start that trains from scratch."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from transformers import Sam2Config, Sam2Model

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


class Features(NamedTuple):
    """What the decoder needs of an image: embedding [B, C, h, w], skips at stride 8 and 4, and the pyramid (fine to coarse)."""

    embedding: Tensor
    stride8: Tensor
    stride4: Tensor
    pyramid: list[Tensor]


class Decoded(NamedTuple):
    """logits [B·N, 4, h, w] (0: the single mask, 1..3: the choices), iou [B·N, 4], object_score [B·N] (a logit), tokens [B·N, 4, C]."""

    logits: Tensor
    iou: Tensor
    object_score: Tensor
    tokens: Tensor


def normalise(image: Tensor) -> Tensor:
    """uint8 or 0..255 [B, 3, S, S] to the network's range."""
    return (image.float() / 255 - MEAN.to(image.device)) / STD.to(image.device)


def encode(model: Sam2Model, pixels: Tensor) -> Features:
    pyramid = list(model.vision_encoder(pixels, return_dict=True).fpn_hidden_states)
    embedding = pyramid[2] + model.no_memory_embedding.view(1, -1, 1, 1)
    decoder = model.mask_decoder
    return Features(embedding, decoder.conv_s1(pyramid[1]), decoder.conv_s0(pyramid[0]), pyramid)


def decode(model: Sam2Model, features: Features, points: Tensor, labels: Tensor, masks: Tensor | None = None) -> Decoded:
    """points [B, N, P, 2] in pixels, labels int [B, N, P] (1, 0; 2 and 3 are a box's corners), masks logits [B·N, 1, h, w]."""
    images, objects = points.shape[:2]
    decoder, rows = model.mask_decoder, images * objects
    tokens, image = attend(model, features, points, labels, masks)
    image = image.transpose(2, 3).reshape(rows, *features.embedding.shape[1:])
    fine = decoder.upscale_conv1(image) + features.stride8.repeat_interleave(objects, 0)
    fine = decoder.activation(decoder.upscale_layer_norm(fine))
    fine = decoder.activation(decoder.upscale_conv2(fine) + features.stride4.repeat_interleave(objects, 0))
    logits = (mask_kernels(model, tokens) @ fine.flatten(2)).view(rows, 4, *fine.shape[-2:])
    return decoded(model, logits, tokens)


def attend(model: Sam2Model, features: Features, points: Tensor, labels: Tensor, masks: Tensor | None) -> tuple[Tensor, Tensor]:
    """The transformer of the decoder, for what `decode` takes: tokens [B·N, 1, 6 + P + 1, C] and image [B·N, 1, h·w, C].

    Tokens: object score, predicted IoU, four masks, then the prompt's.
    """
    images, objects, count, _ = points.shape
    decoder, rows = model.mask_decoder, images * objects
    sparse = model.prompt_encoder._embed_points(points, labels, pad=True).view(rows, 1, count + 1, -1)
    if masks is None:
        dense = model.prompt_encoder.no_mask_embed.weight.view(1, -1, 1, 1)
    else:
        dense = model.prompt_encoder.mask_embed(masks)
    queries = torch.cat([decoder.obj_score_token.weight, decoder.iou_token.weight, decoder.mask_tokens.weight])
    tokens = torch.cat([queries[None, None].expand(rows, 1, -1, -1), sparse], 2)
    image = features.embedding.repeat_interleave(objects, 0) + dense
    tokens, image = decoder.transformer(
        point_embeddings=tokens,
        image_embeddings=image,
        image_positional_embeddings=model.get_image_wide_positional_embeddings(),
        attention_similarity=None,
    )
    return tokens, image


def mask_kernels(model: Sam2Model, tokens: Tensor) -> Tensor:
    """What the four masks are made of, [B·N, 4, c]: a weight for each channel of the fine image."""
    return torch.stack([mlp(tokens[:, 0, 2 + i]) for i, mlp in enumerate(model.mask_decoder.output_hypernetworks_mlps)], 1)


def decoded(model: Sam2Model, logits: Tensor, tokens: Tensor) -> Decoded:
    """The logits with what is read from the tokens of `attend`."""
    iou = model.mask_decoder.iou_prediction_head(tokens[:, 0, 1])
    score = model.mask_decoder.pred_obj_score_head(tokens[:, 0, 0])[:, 0]
    return Decoded(logits.float(), iou.float(), score.float(), tokens[:, 0, 2:6])


def fresh_model(config: Sam2Config) -> Sam2Model:
    """A model that learns from scratch.

    The reference's std of 0.02 everywhere is too small for that: PyTorch's defaults work. Cross-attention starts as a
    locality kernel (queries and keys share their map of the positional code), which shortens the plateau before
    clicks are used at all.
    """
    model = Sam2Model(config)
    for module in model.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            module.reset_parameters()
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.7)
    transformer = model.mask_decoder.transformer
    crossing = [getattr(layer, name) for layer in transformer.layers for name in ("cross_attn_token_to_image", "cross_attn_image_to_token")]
    with torch.no_grad():
        for attention in [*crossing, transformer.final_attn_token_to_image]:
            attention.q_proj.weight.mul_(1.7)
            attention.k_proj.weight.copy_(attention.q_proj.weight)
            attention.q_proj.bias.zero_()
            attention.k_proj.bias.zero_()
        shared = model.shared_image_embedding.positional_embedding
        model.prompt_encoder.shared_embedding.positional_embedding.copy_(shared)
    nn.init.normal_(model.vision_encoder.backbone.pos_embed, std=0.02)
    nn.init.normal_(model.vision_encoder.backbone.pos_embed_window, std=0.02)
    return model
