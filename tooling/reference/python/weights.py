"""Seeded weights for small checkpoints: every parameter non-zero, activations of a sane size, masks neither full nor empty."""
import torch


def draw(model, seed, tied=False):
    """Draws every parameter by its role; the published files carry one positional matrix twice, `tied` does the same."""
    generator = torch.Generator().manual_seed(seed)
    named = list(model.named_parameters()) + [item for item in model.named_buffers() if "positional_embedding" in item[0] or "running_" in item[0]]
    with torch.no_grad():
        for name, tensor in named:
            noise = torch.randn(tensor.shape, generator=generator)
            if "timm_model" in name:
                draw_repvit(name, tensor, noise)
            elif "norm" in name and name.endswith("weight"):
                tensor.copy_(1 + .1 * noise)
            elif name.endswith("bias"):
                tensor.copy_(.05 * noise)
            elif name.endswith(".scale"):
                tensor.copy_(.3 + .2 * noise)
            elif "positional_embedding" in name:
                tensor.copy_(.7 * noise)
            elif "embed" in name and tensor.dim() <= 2 or "token" in name or "pos_embed" in name or "no_" in name or "occlusion" in name:
                tensor.copy_(.4 * noise)
            elif "patch_embed" in name or "upscale_conv" in name:
                fan_in = tensor[0].numel() if "patch_embed" in name else tensor.shape[0]
                tensor.copy_(1.4 * noise / fan_in**.5)
            else:
                tensor.copy_(.9 * noise / max(1, tensor[0].numel())**.5)
        for name, tensor in model.named_parameters():  # tokens must reach the image, or every prompt gives the same mask
            if "cross_attn_image_to_token" in name and ("o_proj.weight" in name or "q_proj.weight" in name):
                tensor.mul_(1.3)
            elif "cross_attn_token_to_image.q_proj.weight" in name or "final_attn_token_to_image.q_proj.weight" in name:
                tensor.mul_(1.3)
            elif "no_mask_embed" in name or "mask_embed.conv3.weight" in name:
                tensor.mul_(.7)
        decoder = getattr(model, "mask_decoder", None)
        if decoder is not None:
            decoder.pred_obj_score_head.proj_out.weight.mul_(3)
            decoder.iou_prediction_head.proj_out.weight.mul_(3)
        if tied:
            model.prompt_encoder.shared_embedding.positional_embedding.copy_(model.shared_image_embedding.positional_embedding)


def draw_repvit(name, tensor, noise):
    """A tensor of an EdgeTAM backbone; statistics of batch norms are far from 0 and 1."""
    if name.endswith("running_var"):
        tensor.copy_((.4 * noise).exp())
    elif name.endswith("running_mean") or name.endswith("bias"):
        tensor.copy_(.2 * noise)
    elif name.endswith("bn.weight"):
        tensor.copy_((.5 if "token_mixer" in name or "conv2" in name else 1.) * (1 + .2 * noise))
    elif "token_mixer" in name and noise.shape[-1] == 1:
        tensor.copy_(-.8 + .3 * noise)  # against the input that is added, or maps grow from block to block
    else:
        tensor.copy_(1.3 * noise / max(1, tensor[0].numel())**.5)


class Watch:
    """Records masks, scores and the mean up-scaled feature of decoder runs, for `calibrate`."""

    def __init__(self, model):
        self.decoder = model.mask_decoder
        self.masks, self.features, self.scores, self.ious = [], [], [], []
        seen = {}
        self.hooks = [
            self.decoder.activation.register_forward_hook(lambda module, args, out: seen.__setitem__("feature", out)),
            self.decoder.output_hypernetworks_mlps[0].register_forward_hook(lambda module, args, out: seen.__setitem__("hyper", out)),
            self.decoder.iou_prediction_head.proj_out.register_forward_hook(lambda module, args, out: self.ious.append(out.flatten(0, -2))),
            self.decoder.pred_obj_score_head.register_forward_hook(lambda module, args, out: self.scores.append(out.flatten())),
            self.decoder.register_forward_hook(lambda module, args, out: self.see(seen, out)),
        ]

    def see(self, seen, out):
        self.features.append(seen["feature"].mean((0, 2, 3)))
        self.masks.append(out[0].flatten(3).flatten(0, 1))  # [objects, masks, pixels]

    def remove(self):
        for hook in self.hooks:
            hook.remove()


def calibrate(model, run_multi, run_single, spread=6.0):
    """Centres the logits of every mask token at 0 with a standard deviation near `spread`, the IoU logits around 0.5
    with a visible spread, and the object score a little above 0. `run_*` run the model on a set of prompts."""
    decoder = model.mask_decoder
    dynamic, decoder.dynamic_multimask_via_stability = decoder.dynamic_multimask_via_stability, False
    with torch.no_grad():
        for _ in range(3):
            multi = Watch(model); run_multi(); multi.remove()
            single = Watch(model); run_single(); single.remove()
            feature = torch.stack(multi.features + single.features).mean(0)
            heads = decoder.output_hypernetworks_mlps
            for token in range(decoder.num_mask_tokens):
                logits = torch.cat([m[:, 0] for m in single.masks]) if token == 0 else torch.cat([m[:, token - 1] for m in multi.masks])
                factor = spread / logits.std(-1).median()
                heads[token].proj_out.weight.mul_(factor)
                heads[token].proj_out.bias.mul_(factor)
                heads[token].proj_out.bias.sub_(factor * logits.median(-1).values.median() * feature / feature.dot(feature))
            ious = torch.cat(multi.ious + single.ious)
            factor = 1.2 / ious.std(0).mean().clamp(min=1e-3)
            factor = min(factor, torch.tensor(8.0))
            out = decoder.iou_prediction_head.proj_out
            out.weight.mul_(factor)
            out.bias.copy_(out.bias * factor - factor * ious.mean(0) + .5 + .4 * torch.arange(len(out.bias)).remainder(3))
            scores = torch.cat(multi.scores + single.scores)
            out = decoder.pred_obj_score_head.proj_out
            out.bias.sub_(scores.median() - 1.0)
    decoder.dynamic_multimask_via_stability = dynamic


def stability_threshold(model, run_single):
    """A threshold, with three decimals, that divides the stability scores of the prompts run in two, in the widest gap.

    Sets it in model and config and returns the scores of both sides: so that both outcomes occur, neither by a hair."""
    decoder, scores = model.mask_decoder, []
    original = decoder._get_stability_scores
    decoder._get_stability_scores = lambda logits: scores.append(original(logits)) or scores[-1]
    decoder.dynamic_multimask_via_stability = True
    with torch.no_grad():
        run_single()
    del decoder._get_stability_scores
    values = sorted(float(s) for s in torch.cat([s.flatten() for s in scores]))
    inner = range(max(1, len(values) // 5), max(2, len(values) - len(values) // 5))
    cut = max(inner, key=lambda i: values[i] - values[i - 1])
    threshold = round((values[cut] + values[cut - 1]) / 2, 3)
    decoder.dynamic_multimask_stability_thresh = model.config.mask_decoder_config.dynamic_multimask_stability_thresh = threshold
    return values[:cut], values[cut:]
