// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "image/anchors.hpp"
#include "train/losses/positive_losses.hpp"
#include "train/losses/vector_math.hpp"
#include "train/torch/criterion.hpp"
#include "train/torch/map_views.hpp"

namespace yolo::train {

namespace {

Tensor copied(const at::Tensor& values) {
    const at::Tensor exact = values.detach().to(at::kCPU, at::kFloat).contiguous();
    Tensor made = Tensor::allocate(DType::f32, exact.sizes().vec());
    std::memcpy(made.mutable_values<float>().data(), exact.const_data_ptr(), made.bytes());
    return made;
}

/// One picture's predictions (channels, anchors), in the order of the inference network's output.
class PictureDecoder {
  public:
    PictureDecoder(const HeadView& head, const graph::DecodeHead& decode, int picture, float* out)
        : head_(head), decode_(decode), picture_(picture), anchors_(head.anchors()), out_(out) {}

    void operator()() const {
        for (int anchor = 0; anchor < anchors_; ++anchor) {
            const AnchorPlace place = anchor_place(head_, anchor);
            const std::int64_t row = place.row(picture_);
            box(anchor);
            for (int c = 0; c < decode_.class_count; ++c) {
                value(4 + c, anchor) = logistic(place.level->cls.at(row, c)).probability;
            }
            for (int c = 0; c < decode_.extra_channels; ++c) {
                value(4 + decode_.class_count + c, anchor) = extra(place, place.level->extra.at(row, c), c);
            }
        }
    }

  private:
    float& value(int channel, int anchor) const {
        return out_[static_cast<std::int64_t>(channel) * anchors_ + anchor];
    }

    void box(int anchor) const {
        const bool rotated = decode_.extra == graph::HeadExtra::angle;
        const auto box = predicted_box(head_, picture_, anchor, rotated);
        image::Box4 xywh{box[0], box[1], box[2], box[3]};
        if (!rotated) xywh = image::xyxy_to_xywh(xywh);
        for (int i = 0; i < 4; ++i) value(i, anchor) = xywh[static_cast<std::size_t>(i)];
    }

    float extra(const AnchorPlace& place, float raw, int channel) const {
        if (decode_.extra == graph::HeadExtra::angle) return angle_of(raw);
        if (decode_.extra != graph::HeadExtra::keypoints) return raw;
        const int part = channel % decode_.kpt_shape[1];
        if (part == 2) return logistic(raw).probability;
        const float at = part == 0 ? place.x : place.y;
        return (raw * 2 + (at - 0.5f)) * static_cast<float>(place.level->stride);
    }

    const HeadView& head_;
    const graph::DecodeHead& decode_;
    int picture_, anchors_;
    float* out_;
};

}  // namespace

std::vector<Tensor> decode_outputs(const graph::Graph& graph, const HeadMaps& maps, Size input) {
    if (maps.logits.defined()) return {copied(at::softmax(maps.logits.to(at::kFloat), 1))};
    const graph::DecodeHead& decode = graph.head->decode;
    check_bins(decode.reg_max);
    const MapBuffers buffers(maps, decode, input, false);
    const HeadView& head = buffers.head();
    const std::int64_t channels = 4 + decode.class_count + decode.extra_channels;
    Tensor output = Tensor::allocate(DType::f32, {head.pictures, channels, head.anchors()});
    float* values = output.mutable_values<float>().data();
    at::parallel_for(0, head.pictures, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            PictureDecoder(head, decode, static_cast<int>(n), values + n * channels * head.anchors())();
        }
    });
    if (!maps.proto.defined()) return {output};
    return {output, copied(maps.proto)};
}

}  // namespace yolo::train
