// SPDX-License-Identifier: Apache-2.0
/// \file bench_loss [threads]: the losses of YOLOv8n, forward and backward to the head maps, batch 16 at 320
/// px with 80 classes and 12 objects a picture, against the plain way, in float32 and bfloat16.
#include <cstdlib>
#include <functional>

#include <fmt/core.h>

#include "../plain_loss.hpp"
#include "../random_batch.hpp"
#include "../timing.hpp"
#include "train/torch/criterion.hpp"

namespace yolo::bench {
namespace {

constexpr int pictures = 16, side = 320, objects = 12, classes = 80;

/// Maps as a network gives them early in a training.
train::HeadMaps random_maps(at::ScalarType type) {
    at::manual_seed(1);
    train::HeadMaps maps;
    for (const int stride : {8, 16, 32}) {
        const auto map = [&](int channels, double mean) {
            return (at::randn({pictures, channels, side / stride, side / stride}) + mean)
                .to(type)
                .contiguous(at::MemoryFormat::ChannelsLast)
                .set_requires_grad(true);
        };
        maps.box.push_back(map(64, 1));
        maps.cls.push_back(map(classes, -6));
    }
    return maps;
}

struct Outcome {
    double loss = 0, gradient = 0;
};

Outcome differentiate(train::HeadMaps& maps, const std::function<at::Tensor()>& loss) {
    for (auto* level : {&maps.box, &maps.cls}) {
        for (at::Tensor& map : *level) map.mutable_grad() = at::Tensor();
    }
    const at::Tensor total = loss();
    total.backward();
    return {total.item<double>(), maps.box[0].grad().to(at::kFloat).norm().item<double>()};
}

void compare(const train::Criterion& criterion, at::ScalarType type, const char* name) {
    const data::Batch batch = random_batch(pictures, objects, classes);
    train::HeadMaps maps = random_maps(type);
    const std::function<at::Tensor()> ours = [&] { return criterion(maps, batch, {side, side}).total; };
    const std::function<at::Tensor()> plain = [&] { return plain_detection_loss(maps, batch, {side, side}); };
    const Outcome a = differentiate(maps, ours), b = differentiate(maps, plain);
    const double fast = median_ms(31, [&] { differentiate(maps, ours); });
    const double slow = median_ms(31, [&] { differentiate(maps, plain); });
    fmt::print(
        "{}: loss {:.4f} against {:.4f}, norm of the gradient of the first box map {:.5f} against {:.5f}\n",
        name, a.loss, b.loss, a.gradient, b.gradient);
    fmt::print("  ours {:7.2f} ms   plain {:7.2f} ms   ratio {:.2f}\n", fast, slow, slow / fast);
}

}  // namespace
}  // namespace yolo::bench

int main(int count, char** arguments) {
    at::set_num_threads(count > 1 ? std::atoi(arguments[1]) : 2);
    yolo::graph::Graph graph;
    graph.head.emplace();
    graph.head->decode.class_count = yolo::bench::classes;
    graph.head->decode.strides = {8, 16, 32};
    const auto criterion = yolo::train::make_criterion(graph, {});
    yolo::bench::compare(*criterion, at::kFloat, "float32");
    yolo::bench::compare(*criterion, at::kBFloat16, "bfloat16");
}
