"""Moving pictures, and what a user does with them: lists of steps on a canvas of 96 x 128, scaled to the frames."""
import numpy as np

CANVAS = (96, 128)
FRAMES = 20
SCORE_BIAS = "mask_decoder.pred_obj_score_head.proj_out.bias"
BLOBS = [(30, 34, 2.6, 1.1, 15, 11), (92, 60, -2.2, .7, 12, 17), (64, 20, .6, 2.4, 9, 9)]  # x, y, speed, radii


def draw_frames(size, rng):
    """Three blobs that move over waves, uint8 [T, H, W, 3]."""
    height, width = size
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    down, across = down * CANVAS[0] / height, across * CANVAS[1] / width
    ground, phase, colours = rng.uniform(20, 90, 3), rng.uniform(0, 6.28, 6), rng.uniform(90, 255, (3, 3))
    frames = []
    for t in range(FRAMES):
        picture = ground + 12 * np.sin(across[..., None] / 7 + phase[:3]) + 10 * np.cos(down[..., None] / 5 + phase[3:])
        for colour, (x, y, vx, vy, rx, ry) in zip(colours, BLOBS):
            distance = ((across - x - vx * t) / rx) ** 2 + ((down - y - vy * t) / ry) ** 2
            picture = np.where(distance[..., None] < 1, colour * (1 - .25 * distance[..., None]), picture)
        frames.append(np.clip(picture, 0, 255).astype(np.uint8))
    return np.stack(frames)


def draw_masks(size):
    height, width = size
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    down, across = down * CANVAS[0] / height, across * CANVAS[1] / width
    circle = lambda x, y, r: ((across - x) ** 2 + (down - y) ** 2 < r * r).astype(np.uint8)
    return {"circle": circle(30, 34, 14), "circle2": circle(92, 60, 12), "empty": np.zeros(size, np.uint8)}


class Scenarios:
    """Draws the scenarios with other coordinates each time it is asked."""

    def __init__(self, size, rng):
        self.scale, self.rng = (size[1] / CANVAS[1], size[0] / CANVAS[0]), rng

    def near(self, points):
        """Coordinates of the canvas, jittered, as float32 pixels of the frames; a box is one list of four."""
        return [[float(np.float32((v + self.rng.uniform(-2, 2)) * self.scale[i % 2])) for i, v in enumerate(point)] for point in points]

    def click(self, x, y):
        return dict(points=[self.near([[x, y]])], labels=[[1]])

    def draw(self, name, hidden_bias):
        near, click = self.near, self.click
        add = lambda frame, ids, **prompt: dict(op="add", frame=frame, ids=ids, **prompt)
        step = lambda frame: dict(op="forward", frame=frame)
        track = lambda start, count=None, reverse=False: dict(op="propagate", start=start, count=count, reverse=reverse)
        stream = lambda first, end: [dict(op="stream", frame=t) for t in range(first, end)]
        three_clicks = lambda: [add(0, [1], **click(30, 34)), step(0), add(5, [1], **click(43, 40)), step(5), add(9, [1], **click(53, 44)), step(9), track(0)]
        kinds = {
            "click_forward": lambda: (10, [add(0, [1], **click(30, 34)), step(0), track(None)]),
            "click_six": lambda: (6, [add(0, [1], **click(30, 34)), step(0), track(0)]),  # fewer frames than pointers
            "two_objects": lambda: (6, [add(0, [2, 7], points=[near([[30, 34], [10, 80]]), near([[92, 60], [60, 60]])], labels=[[1, 0], [1, 0]]), step(0), track(None)]),
            "two_calls": lambda: (6, [add(0, [1], **click(30, 34)), step(0), add(0, [2], boxes=near([[80, 43, 104, 77]])), step(0), track(None)]),
            "padded_points": lambda: (3, [add(0, [1, 2], points=[near([[30, 34]]), near([[92, 60], [60, 60], [92, 70]])], labels=[[1], [1, 0, 1]]), step(0), track(None)]),
            "box": lambda: (6, [add(0, [1], boxes=near([[15, 23, 45, 45]])), step(0), track(None)]),
            "box_and_point": lambda: (4, [add(0, [1], boxes=near([[15, 23, 45, 45]]), points=[near([[30, 34]])], labels=[[1]]), step(0), track(None)]),
            "mask": lambda: (6, [add(0, [1], masks=["circle"]), step(0), track(None)]),
            "mask_two_one_empty": lambda: (4, [add(0, [1, 2], masks=["circle2", "empty"]), step(0), track(None)]),
            "append_click": lambda: (4, [add(0, [1], **click(30, 34)), step(0), add(0, [1], points=[near([[36, 36]])], labels=[[0]], clear=False), step(0), track(None)]),
            "correction": lambda: (8, [add(0, [1], **click(30, 34)), step(0), track(0), add(3, [1], points=[near([[38, 38], [60, 70]])], labels=[[1, 0]]), track(3)]),
            "reverse": lambda: (8, [add(6, [1], **click(46, 41)), step(6), track(6, reverse=True)]),
            "bidirectional": lambda: (10, [add(4, [1], **click(40, 38)), step(4), track(4), track(4, reverse=True)]),
            # long enough that a bounded memory which forgets the neighbours of the prompt fails in the second pass
            "bidirectional_long": lambda: (18, [add(3, [1], **click(38, 37)), step(3), track(3), track(3, reverse=True)]),
            "late_object": lambda: (8, [add(0, [1], **click(30, 34)), step(0), track(0, 3), add(4, [2], **click(83, 63)), step(4), track(4)]),
            "many_conditioning": lambda: (10, three_clicks()),
            "conditioning_cap": lambda: (10, three_clicks()),
            "hidden": lambda: (8, [add(0, [1], masks=["circle"]), step(0), track(None)]),
            "streaming": lambda: (0, [add(0, [1], **click(30, 34)), *stream(0, FRAMES)]),
            "streaming_late": lambda: (0, [add(0, [1], **click(30, 34)), *stream(0, 4), add(4, [5], **click(83, 63)), *stream(4, 9)]),
        }
        if name is None:
            return list(kinds)
        frames, steps = kinds[name]()
        scenario = dict(frames=frames, steps=steps)
        if name == "conditioning_cap":
            scenario["config"] = dict(max_cond_frame_num=2)
        if name == "hidden":  # the object score is lowered, so that the object is taken for hidden on some tracked frames
            scenario["weights"] = {SCORE_BIAS: [hidden_bias]}
        return scenario
