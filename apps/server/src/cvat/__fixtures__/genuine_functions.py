"""Functions for the genuine cvat-cli: what they answer is plain, since it is the protocol around them that is tested."""

import cvat_sdk.auto_annotation as cvataa


class Interactor:
    spec = cvataa.InteractionFunctionSpec(min_pos_points=0, min_neg_points=0, min_bounding_boxes=0)

    def detect(self, context, image, prompts):
        box = prompts.bounding_box or ((0, 0), image.size)
        (x0, y0), (x1, y1) = [[int(value) for value in corner] for corner in box]
        area = (x1 - x0) * (y1 - y0)
        points = [0, area, x0, y0, x1 - 1, y1 - 1]
        return [cvataa.InteractionResultShape(type="mask", points=points)]


class Tracker:
    spec = cvataa.TrackingFunctionSpec(supported_shape_types=["mask", "polygon", "rectangle"])

    def preprocess_image(self, context, image):
        return image

    def init_tracking_state(self, context, image, shape):
        return shape

    def track(self, context, image, state):
        return state


class Detector:
    spec = cvataa.DetectionFunctionSpec(labels=[cvataa.label_spec("object", 0)])

    def detect(self, context, image):
        return [cvataa.rectangle(0, [0, 0, *image.size])]


def create(kind):
    return {"interactor": Interactor, "tracker": Tracker, "detector": Detector}[kind]()
