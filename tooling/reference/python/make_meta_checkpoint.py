"""Saves a small, odd SAM 2.1 of Meta's own definitions (PyPI `sam2` 1.1.0, random weights) as ../meta:

    weights.pt.gz    the checkpoint as torch.save writes it, {"model": state_dict}, float32; the weights repeat themselves, so that gzip makes it small
    config.json      of the reference's model with the same weights
    expected.json    tensors: name, shape and SHA-256 of every tensor of the reference's model; click, box: what Meta's model answers to them;
                     generation: scores and areas of what Meta's mask generator finds in the first frame;
                     video: what Meta's video predictor makes of ten frames after a click on the first

    SAM2_BUILD_CUDA=0 pip install --no-deps sam2==1.1.0 && pip install hydra-core iopath tqdm
    python make_meta_checkpoint.py CONVERTER

CONVERTER is `src/transformers/models/sam2_video/convert_sam2_video_to_hf.py` of transformers 5.23.0: the sources have it, the wheel has not.
"""
import ast
import gzip
import hashlib
import io
import json
import os
import re
import sys

import torchvision_cpu  # before sam2 and transformers
import torch
import numpy as np
import torchvision.ops
from sam2 import sam2_video_predictor
from sam2.automatic_mask_generator import SAM2AutomaticMaskGenerator
from sam2.modeling import sam2_base
from sam2.modeling.backbones.hieradet import Hiera
from sam2.modeling.backbones.image_encoder import FpnNeck, ImageEncoder
from sam2.modeling.memory_attention import MemoryAttention, MemoryAttentionLayer
from sam2.modeling.memory_encoder import CXBlock, Fuser, MaskDownSampler, MemoryEncoder
from sam2.modeling.position_encoding import PositionEmbeddingSine
from sam2.modeling.sam.mask_decoder import MaskDecoder
from sam2.modeling.sam.transformer import RoPEAttention, TwoWayTransformer
from transformers import Sam2VideoConfig, Sam2VideoModel

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "meta")
SIZE, WIDTH, MEMORY = 64, 128, 64  # of equal widths Meta leaves out a projection that the reference has
HIERA = dict(embed_dim=8, num_heads=1, stages=(1, 1, 2, 1), global_att_blocks=(3,), window_pos_embed_bkg_spatial_size=(5, 5), window_spec=(8, 4, 2, 2))
MLP, IOU_HIDDEN, FEED_FORWARD = 48, 24, 40
LEVELS, PERIOD = 8, 1021  # how many numbers a weight may be; after how many of them large tensors repeat themselves


def build():
    """Meta's class with small layers where it has numbers of its own."""
    sam2_base.TwoWayTransformer = lambda **options: TwoWayTransformer(**{**options, "mlp_dim": MLP})
    sam2_base.MaskDecoder = lambda **options: MaskDecoder(**{**options, "iou_head_hidden_dim": IOU_HIDDEN})
    sine = lambda width: PositionEmbeddingSine(num_pos_feats=width, normalize=True, scale=None, temperature=10000)
    side = [SIZE // 16] * 2
    attention = lambda **options: RoPEAttention(rope_theta=10000.0, feat_sizes=side, embedding_dim=WIDTH, num_heads=1, downsample_rate=1, dropout=.1, **options)
    layer = MemoryAttentionLayer(activation="relu", dim_feedforward=FEED_FORWARD, dropout=.1, pos_enc_at_attn=False, d_model=WIDTH, pos_enc_at_cross_attn_keys=True,
        pos_enc_at_cross_attn_queries=False, self_attention=attention(), cross_attention=attention(rope_k_repeat=True, kv_in_dim=MEMORY))
    return sam2_video_predictor.SAM2VideoPredictor(
        image_encoder=ImageEncoder(scalp=1, trunk=Hiera(**HIERA), neck=FpnNeck(position_encoding=sine(WIDTH), d_model=WIDTH, backbone_channel_list=[64, 32, 16, 8], fpn_top_down_levels=[2, 3], fpn_interp_model="nearest")),
        memory_attention=MemoryAttention(d_model=WIDTH, pos_enc_at_input=True, layer=layer, num_layers=1),
        memory_encoder=MemoryEncoder(in_dim=WIDTH, out_dim=MEMORY, position_encoding=sine(MEMORY), mask_downsampler=MaskDownSampler(embed_dim=WIDTH, kernel_size=3, stride=2, padding=1),
            fuser=Fuser(layer=CXBlock(dim=WIDTH, kernel_size=5, padding=2, layer_scale_init_value=1e-6, use_dwconv=True), num_layers=1)),
        num_maskmem=5, image_size=SIZE, sigmoid_scale_for_mem_enc=20.0, sigmoid_bias_for_mem_enc=-10.0, use_mask_input_as_output_without_sam=True, directly_add_no_mem_embed=True,
        no_obj_embed_spatial=True, use_high_res_features_in_sam=True, multimask_output_in_sam=True, iou_prediction_use_sigmoid=True, use_obj_ptrs_in_encoder=True,
        add_tpos_enc_to_obj_ptrs=True, proj_tpos_enc_in_obj_ptrs=True, use_signed_tpos_enc_to_obj_ptrs=True, only_obj_ptrs_in_the_past_for_eval=True, pred_obj_scores=True,
        pred_obj_scores_mlp=True, fixed_no_obj_ptr=True, multimask_output_for_tracking=True, use_multimask_token_for_obj_ptr=True, multimask_min_pt_num=0, multimask_max_pt_num=1,
        use_mlp_for_obj_ptr_proj=True, binarize_mask_from_pts_for_mem_enc=True,
        sam_mask_decoder_extra_args=dict(dynamic_multimask_via_stability=True, dynamic_multimask_stability_delta=.05, dynamic_multimask_stability_thresh=.98)).eval()


def reference_config():
    dims = [8, 16, 32, 64]
    side = SIZE // 16
    square = lambda value: [value, value]
    return Sam2VideoConfig(image_size=SIZE, num_maskmem=5, memory_attention_rope_feat_sizes=square(side), memory_attention_hidden_size=WIDTH, memory_attention_num_layers=1,
        memory_attention_feed_forward_hidden_size=FEED_FORWARD, memory_encoder_hidden_size=WIDTH, mask_downsampler_embed_dim=WIDTH, memory_fuser_embed_dim=WIDTH, memory_fuser_num_layers=1,
        memory_fuser_intermediate_dim=4 * WIDTH, memory_fuser_kernel_size=5, memory_fuser_padding=2, prompt_encoder_config=dict(image_size=SIZE, hidden_size=WIDTH),
        mask_decoder_config=dict(hidden_size=WIDTH, mlp_dim=MLP, iou_head_hidden_dim=IOU_HIDDEN),
        vision_config=dict(fpn_hidden_size=WIDTH, backbone_channel_list=dims[::-1], backbone_feature_sizes=[square(4 * side), square(2 * side), square(side)],
            backbone_config=dict(model_type="sam2_hiera_det_model", image_size=square(SIZE), hidden_size=8, embed_dim_per_stage=dims, num_attention_heads_per_stage=[1, 2, 4, 8],
                blocks_per_stage=[1, 1, 2, 1], global_attention_blocks=[3], window_size_per_stage=[8, 4, 2, 2], window_positional_embedding_background_size=[5, 5])))


def draw(model):
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            drawn = torch.randint(LEVELS, [min(PERIOD, tensor.numel())], generator=generator) - (LEVELS - 1) / 2
            levels = drawn.repeat(tensor.numel() // len(drawn) + 1)[:tensor.numel()].reshape(tensor.shape)
            spread = .25 if tensor.dim() < 2 or "embed" in name or "token" in name or "gaussian" in name else 1 / max(1, tensor[0].numel()) ** .5
            tensor.copy_(levels * spread * .44 + (1 if "norm" in name and name.endswith("weight") else 0))


def replace_keys(path):
    """The function and its table out of the converter, without what that imports."""
    wanted = [node for node in ast.parse(open(path).read()).body if getattr(node, "name", None) == "replace_keys" or isinstance(node, ast.Assign)]
    scope = dict(re=re, torch=torch)
    exec(compile(ast.Module(wanted, []), path, "exec"), scope)
    return scope["replace_keys"]


def pixels():
    """A picture that other languages can compute: [1, 3, SIZE, SIZE]."""
    channel, y, x = torch.meshgrid(torch.arange(3), torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    return torch.sin(.1 * x * (channel + 1) + .07 * y).double().float()[None]


def frames(count=10):
    """A pattern that moves by two pixels a frame, in whole numbers: uint8 [count, SIZE, SIZE, 3]."""
    t, y, x, channel = np.meshgrid(np.arange(count), np.arange(SIZE), np.arange(SIZE), np.arange(3), indexing="ij")
    return ((x + SIZE - 2 * t) * 7 * (channel + 1) + 3 * y) % 256


def video(model):
    """Low-resolution logits of every frame, from a click on the first."""
    images = torch.from_numpy(frames()).permute(0, 3, 1, 2).float() / 255
    mean, std = (torch.tensor(value)[:, None, None] for value in ([.485, .456, .406], [.229, .224, .225]))
    sam2_video_predictor.load_video_frames = lambda **_: ((images - mean) / std, SIZE, SIZE)
    state = model.init_state("")
    model.add_new_points_or_box(state, frame_idx=0, obj_id=1, points=np.array([[20, 30]], dtype=np.float32), labels=np.array([1]))
    for _ in model.propagate_in_video(state):
        pass
    outputs = state["output_dict_per_obj"][0]
    by_frame = {**outputs["cond_frame_outputs"], **outputs["non_cond_frame_outputs"]}
    return dict(point=[20, 30], frames=[dict(low_res_masks=rounded(by_frame[t]["pred_masks"]), object_score=by_frame[t]["object_score_logits"].item()) for t in sorted(by_frame)])


def generation(model):
    """All masks above the thresholds: boxes may overlap by 1, so that none is a duplicate."""
    torchvision.ops.boxes.nms = torchvision_cpu.nms
    options = dict(points_per_side=8, pred_iou_thresh=.6, stability_score_thresh=.5, box_nms_thresh=1.0)
    generator = SAM2AutomaticMaskGenerator(model, **options)
    generator.predictor._bb_feat_sizes = [(SIZE // stride, SIZE // stride) for stride in (4, 8, 16)]  # it knows those of 1024 pixels only
    masks = sorted(generator.generate(frames()[0].astype(np.uint8)), key=lambda mask: -mask["predicted_iou"])
    return dict(options=options, scores=[mask["predicted_iou"] for mask in masks], areas=[int(mask["area"]) for mask in masks])


def rounded(logits):
    return [round(value, 5) for value in logits.flatten().tolist()]


def answer(model, image, coordinates, labels, multimask):
    with torch.no_grad():
        features = model.forward_image(image)
        _, vision, _, sizes = model._prepare_backbone_features(features)
        vision[-1] = vision[-1] + model.no_mem_embed
        maps = [x.permute(1, 2, 0).reshape(1, -1, *size) for x, size in zip(vision, sizes)]
        points = dict(point_coords=torch.tensor([coordinates], dtype=torch.float32), point_labels=torch.tensor([labels], dtype=torch.int32))
        out = model._forward_sam_heads(maps[-1], point_inputs=points, high_res_features=maps[:-1], multimask_output=multimask)
    return dict(coordinates=coordinates, low_res_masks=rounded(out[0]), iou_scores=out[2].flatten().tolist(), object_score=out[6].item())


def main():
    model = build()
    draw(model)
    state = model.state_dict()
    reference = Sam2VideoModel(reference_config()).eval()
    reference.load_state_dict(replace_keys(sys.argv[1])(dict(state), None), strict=True)
    os.makedirs(OUT, exist_ok=True)
    buffer = io.BytesIO()
    torch.save({"model": state}, buffer)
    with gzip.GzipFile(os.path.join(OUT, "weights.pt.gz"), "wb", mtime=0) as file:
        file.write(buffer.getvalue())
    reference.config.save_pretrained(OUT)
    tensors = {name: [list(tensor.shape), hashlib.sha256(tensor.contiguous().numpy().tobytes()).hexdigest()] for name, tensor in sorted(reference.state_dict().items())}
    with open(os.path.join(OUT, "expected.json"), "w") as file:
        expected = dict(click=answer(model, pixels(), [[20, 30]], [1], True), box=answer(model, pixels(), [[8, 12], [40, 50]], [2, 3], False), generation=generation(model), video=video(model))
        json.dump(dict(script=os.path.basename(__file__), version=3, sam2="1.1.0", transformers="5.23.0", torch="2.13.0", tensors=tensors, **expected), file)
    print(len(tensors), buffer.tell(), {name: os.path.getsize(os.path.join(OUT, name)) for name in os.listdir(OUT)})


if __name__ == "__main__":
    main()
