// SPDX-License-Identifier: Apache-2.0
/// \file The decoding of a head in ordinary ops (spec: docs/architecture.md "Decode"). All levels are joined
/// first, so that every op stands once whatever the number of levels. Boxes in pixels and scores from 0 to 1
/// meet in the last Concat only: each part can be quantised on its own.
#include <numbers>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "graph/passes.hpp"
#include "graph/rewrite.hpp"

namespace yolo::graph {

namespace {

class Expansion {
  public:
    Expansion(Network& network, const Head& head, std::optional<InputSize> size)
        : network_(network), head_(head), decode_(head.decode) {
        if (size) shapes_ = infer_shapes(network.graph, {1, input_channels(), size->height, size->width});
    }

    /// (N, 4 + nc + extra channels, A)
    ValueId run() {
        find_cells();
        const ValueId distances = distances_of(joined("box", head_.box.maps, 4 * decode_.reg_max));
        const ValueId scores =
            emit("cls.sigmoid", Sigmoid{}, {joined("cls", head_.cls.maps, decode_.class_count)});
        switch (decode_.extra) {
            case HeadExtra::none:
                return emit("concat", Concat{}, {box_of(distances, std::nullopt), scores});
            case HeadExtra::mask_coefficients:
                return emit("concat", Concat{}, {box_of(distances, std::nullopt), scores, joined_extra()});
            case HeadExtra::keypoints:
                return emit("concat", Concat{}, {box_of(distances, std::nullopt), scores, keypoints()});
            case HeadExtra::angle: {
                const ValueId turn = emit("angle.sigmoid", Sigmoid{}, {joined_extra()});
                const ValueId angle =
                    emit("angle.scale", Scale{std::numbers::pi, -std::numbers::pi / 4}, {turn});
                return emit("concat", Concat{}, {box_of(distances, angle), scores, angle});
            }
        }
        throw Error(fmt::format("{} has extra channels of an unknown kind", head_.name));
    }

  private:
    ValueId emit(const std::string& name, Op op, std::vector<ValueId> inputs) {
        Graph& graph = network_.graph;
        const int layer = static_cast<int>(graph.layers.size()) - 1;
        graph.nodes.push_back(
            {head_.name + "." + name, std::move(op), std::move(inputs), graph.value_count, layer});
        return graph.value_count++;
    }
    ValueId constant(const std::string& name, Shape shape, std::span<const float> values) {
        network_.weights[head_.name + "." + name + ".value"] = Tensor::from(shape, values);
        return emit(name, Constant{std::move(shape)}, {});
    }
    int input_channels() const {
        return std::get<Input>(network_.graph.producer(network_.graph.input()).op).channels;
    }

    /// The maps of all levels side by side: (N, channels, A).
    ValueId joined(const std::string& branch, const std::vector<ValueId>& maps, int channels) {
        std::vector<ValueId> parts;
        for (const ValueId map : maps) {
            const std::string name = fmt::format("{}.reshape.{}", branch, parts.size());
            parts.push_back(emit(name, Reshape{{0, channels, -1}}, {map}));
        }
        return parts.size() == 1 ? parts[0] : emit(branch + ".concat", Concat{2}, std::move(parts));
    }
    ValueId joined_extra() { return joined("extra", head_.extra.maps, decode_.extra_channels); }

    void find_cells() {
        if (shapes_.empty()) {
            compute_cells();
        } else {
            list_cells();
        }
    }
    void list_cells() {
        std::vector<float> x, y, stride;
        for (std::size_t level = 0; level < head_.box.maps.size(); ++level) {
            const Shape& map = shapes_.at(static_cast<std::size_t>(head_.box.maps[level]));
            for (std::int64_t i = 0; i < map[2] * map[3]; ++i) {
                x.push_back(static_cast<float>(i % map[3]) + 0.5f);
                y.push_back(static_cast<float>(i / map[3]) + 0.5f);
                stride.push_back(static_cast<float>(decode_.strides.at(level)));
            }
        }
        const auto anchors = static_cast<std::int64_t>(x.size());
        x.insert(x.end(), y.begin(), y.end());
        centers_ = constant("centers", {1, 2, anchors}, x);
        strides_ = constant("strides", {1, 1, anchors}, stride);
        if (decode_.extra != HeadExtra::keypoints) return;
        for (float& coordinate : x) coordinate -= 0.5f;
        corners_ = constant("kpts.corners", {1, 1, 2, anchors}, x);
        keypoint_strides_ = constant("kpts.strides", {1, 1, 1, anchors}, stride);
    }
    void compute_cells() {
        std::vector<ValueId> parts;
        for (std::size_t level = 0; level < head_.box.maps.size(); ++level) {
            parts.push_back(emit(fmt::format("cells.{}", level), CellCenters{decode_.strides.at(level)},
                                 {head_.box.maps[level]}));
        }
        const ValueId cells = parts.size() == 1 ? parts[0] : emit("cells.concat", Concat{2}, parts);
        centers_ = emit("centers", Slice{0, 2}, {cells});
        strides_ = emit("strides", Slice{2, 3}, {cells});
        if (decode_.extra != HeadExtra::keypoints) return;
        const ValueId corners = emit("kpts.corners.scale", Scale{1, -0.5}, {centers_});
        corners_ = emit("kpts.corners", Reshape{{1, 1, 2, -1}}, {corners});
        keypoint_strides_ = emit("kpts.strides", Reshape{{1, 1, 1, -1}}, {strides_});
    }

    /// (N, 4 reg_max, A) -> (N, 4, A): the expectation of each side's distribution over 0, 1, ... cells.
    ValueId distances_of(ValueId box) {
        if (decode_.reg_max == 1) return box;
        std::vector<float> bins;
        for (int bin = 0; bin < decode_.reg_max; ++bin) bins.push_back(static_cast<float>(bin));
        box = emit("dfl.reshape", Reshape{{0, 4, decode_.reg_max, -1}}, {box});
        box = emit("dfl.transpose", Transpose{{0, 1, 3, 2}}, {box});
        box = emit("dfl.softmax", Softmax{}, {box});
        return emit("dfl.conv", WeightedSum{std::move(bins)}, {box});
    }

    /// Distances to left, top, right, bottom -> (N, 4, A): centre and size in pixels.
    ValueId box_of(ValueId distances, std::optional<ValueId> angle) {
        const ValueId before = emit("box.left_top", Slice{0, 2}, {distances});
        const ValueId after = emit("box.right_bottom", Slice{2, 4}, {distances});
        ValueId offset = emit("box.offset", Scale{0.5, 0}, {emit("box.sub", Sub{}, {after, before})});
        if (angle) offset = turned(offset, *angle);
        const ValueId center = emit("box.center", Add{}, {offset, centers_});
        const ValueId size = emit("box.size", Add{}, {before, after});
        const ValueId box = emit("box.xywh", Concat{}, {center, size});
        return emit("box.mul", Mul{}, {box, strides_});
    }

    /// (N, 2, A), turned by (N, 1, A).
    ValueId turned(ValueId offset, ValueId angle) {
        const ValueId cos = emit("angle.cos", Cos{}, {angle}), sin = emit("angle.sin", Sin{}, {angle});
        const ValueId x = emit("box.offset.x", Slice{0, 1}, {offset});
        const ValueId y = emit("box.offset.y", Slice{1, 2}, {offset});
        const auto product = [this](const char* name, ValueId a, ValueId b) {
            return emit(name, Mul{}, {a, b});
        };
        const ValueId turned_x =
            emit("box.turned.x", Sub{}, {product("box.x_cos", x, cos), product("box.y_sin", y, sin)});
        const ValueId turned_y =
            emit("box.turned.y", Add{}, {product("box.x_sin", x, sin), product("box.y_cos", y, cos)});
        return emit("box.turned", Concat{}, {turned_x, turned_y});
    }

    /// (N, K D, A), k-major: x, y in pixels and, with D = 3, visibility.
    ValueId keypoints() {
        const auto [count, dims] = decode_.kpt_shape;
        const ValueId all = emit("kpts.reshape", Reshape{{0, count, dims, -1}}, {joined_extra()});
        ValueId points = dims == 2 ? all : emit("kpts.xy", Slice{0, 2, 2}, {all});
        points = emit("kpts.add", Add{}, {emit("kpts.scale", Scale{2, 0}, {points}), corners_});
        points = emit("kpts.mul", Mul{}, {points, keypoint_strides_});
        if (dims == 3) {
            const ValueId visible =
                emit("kpts.sigmoid", Sigmoid{}, {emit("kpts.visibility", Slice{2, 3, 2}, {all})});
            points = emit("kpts.concat", Concat{2}, {points, visible});
        }
        return emit("kpts.flatten", Reshape{{0, decode_.extra_channels, -1}}, {points});
    }

    Network& network_;
    const Head& head_;
    const DecodeHead& decode_;
    std::vector<Shape> shapes_;                     // of all values; empty: any size fits
    ValueId centers_ = -1, strides_ = -1;           // (1, 2, A), (1, 1, A)
    ValueId corners_ = -1, keypoint_strides_ = -1;  // (1, 1, 2, A), (1, 1, 1, A): pose only
};

/// With a fixed size an Unflatten is a Reshape.
void fix_unflattens(Graph& graph, InputSize size) {
    const int channels = std::get<Input>(graph.producer(graph.input()).op).channels;
    const std::vector<Shape> shapes = infer_shapes(graph, {1, channels, size.height, size.width});
    for (Node& node : graph.nodes) {
        if (!std::holds_alternative<Unflatten>(node.op)) continue;
        const Shape& map = shapes.at(static_cast<std::size_t>(node.output));
        node.op = Reshape{{0, map[1], map[2], map[3]}};
        node.inputs.pop_back();
    }
}

}  // namespace

Network expand_head(const Network& inference, std::optional<InputSize> fixed) {
    Network network = inference;
    Graph& graph = network.graph;
    if (graph.stage != Stage::inference)
        throw Error(
            fmt::format("only a network in its inference stage can be expanded: {} is not", graph.name));
    if (graph.head) {
        const Head head = *graph.head;
        graph.outputs.at(0) = Expansion(network, head, fixed).run();
        network.weights.erase(head.dfl + ".weight");  // its values are in the WeightedSum
        tidy(graph);
    }
    graph.stage = Stage::exporting;
    if (fixed) fix_unflattens(graph, *fixed);
    graph.fixed_size = fixed;
    return network;
}

}  // namespace yolo::graph
