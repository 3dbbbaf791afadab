// SPDX-License-Identifier: Apache-2.0
/// \file Decoding of a detection head. Distribution focal loss: Li et al. 2020, arXiv:2006.04388, equations 5
/// and 6.
#include "engines/torch/decode_head.hpp"

#include <numbers>

namespace yolo::engines::torch_engine {

namespace {

/// Maps of all levels side by side: (N, channels, A) float32.
at::Tensor joined(const std::vector<at::Tensor>& maps, std::size_t first, std::size_t levels) {
    std::vector<at::Tensor> flat;
    for (std::size_t l = 0; l < levels; ++l) flat.push_back(maps[first + l].to(at::kFloat).flatten(2));
    return at::cat(flat, 2);
}

struct Anchors {
    at::Tensor corner;   ///< (2, A) column and row, in cells
    at::Tensor strides;  ///< (A)
};

Anchors make_anchors(const graph::DecodeHead& op, const std::vector<at::Tensor>& maps) {
    std::vector<at::Tensor> corners, strides;
    for (std::size_t l = 0; l < op.strides.size(); ++l) {
        const auto options = maps[l].options().dtype(at::kFloat);
        const std::int64_t rows = maps[l].size(2), columns = maps[l].size(3);
        const at::Tensor x = at::arange(columns, options).repeat({rows});
        const at::Tensor y = at::arange(rows, options).repeat_interleave(columns);
        corners.push_back(at::stack({x, y}));
        strides.push_back(at::full({rows * columns}, op.strides[l], options));
    }
    return {at::cat(corners, 1), at::cat(strides)};
}

/// Expected distances of the four sides, in cells: (N, 4, A)
at::Tensor side_distances(const at::Tensor& box, std::int64_t reg_max) {
    if (reg_max == 1) return box;
    const at::Tensor bins = box.view({box.size(0), 4, reg_max, box.size(2)}).softmax(2);
    return (bins * at::arange(reg_max, box.options()).view({1, 1, reg_max, 1})).sum(2);
}

/// Centres and sizes in pixels, (N, 4, A). `angle` (N, 1, A), or undefined, turns the offset of the centre.
at::Tensor boxes(const at::Tensor& sides, const Anchors& anchors, const at::Tensor& angle) {
    const at::Tensor near = sides.narrow(1, 0, 2), far = sides.narrow(1, 2, 2);
    at::Tensor offset = (far - near) / 2;
    if (angle.defined()) {
        const at::Tensor c = angle.cos(), s = angle.sin(), x = offset.narrow(1, 0, 1),
                         y = offset.narrow(1, 1, 1);
        offset = at::cat({x * c - y * s, x * s + y * c}, 1);
    }
    return at::cat({offset + (anchors.corner + 0.5), near + far}, 1) * anchors.strides;
}

at::Tensor decode_extra(const graph::DecodeHead& op, const at::Tensor& extra, const Anchors& anchors) {
    if (op.extra == graph::HeadExtra::angle) return (extra.sigmoid() - 0.25) * std::numbers::pi;
    if (op.extra != graph::HeadExtra::keypoints) return extra;
    // (N, K, 2 or 3, A)
    const at::Tensor points = extra.view({extra.size(0), op.kpt_shape[0], op.kpt_shape[1], extra.size(2)});
    const at::Tensor places = (points.narrow(2, 0, 2) * 2 + anchors.corner) * anchors.strides;
    if (op.kpt_shape[1] == 2) return places.reshape(extra.sizes());
    return at::cat({places, points.narrow(2, 2, 1).sigmoid()}, 2).view(extra.sizes());
}

}  // namespace

at::Tensor decode_head(const graph::DecodeHead& op, const std::vector<at::Tensor>& maps) {
    const std::size_t levels = op.strides.size();
    const Anchors anchors = make_anchors(op, maps);
    at::Tensor extra, angle;
    if (op.extra != graph::HeadExtra::none)
        extra = decode_extra(op, joined(maps, 2 * levels, levels).contiguous(), anchors);
    if (op.extra == graph::HeadExtra::angle) angle = extra;
    const at::Tensor sides = side_distances(joined(maps, 0, levels).contiguous(), op.reg_max);
    std::vector<at::Tensor> parts = {boxes(sides, anchors, angle), joined(maps, levels, levels).sigmoid()};
    if (extra.defined()) parts.push_back(extra);
    return at::cat(parts, 1).contiguous();
}

}  // namespace yolo::engines::torch_engine
