// SPDX-License-Identifier: Apache-2.0
#include "inference/value_pass.hpp"

#include <algorithm>

#include <yolo/error.hpp>

#include "core/parallel.hpp"
#include "engines/registry.hpp"
#include "inference/step.hpp"

namespace yolo::inference {

namespace {

/// A run of the network, and the wanted values that come behind its outputs.
struct Part {
    std::size_t first = 0, end = 0;  // of the wanted values
    std::unique_ptr<engines::Engine> engine = {};
};

/// Of one part, unless a single value is larger.
constexpr std::int64_t most_floats = std::int64_t{64} << 20;

std::vector<Part> parts_of(const graph::Network& network, const Shape& input, const ValuePass& pass) {
    const std::vector<Shape> shapes = infer_shapes(network.graph, input);
    std::vector<Part> parts;
    std::int64_t floats = 0;
    for (std::size_t i = 0; i < pass.values.size(); ++i) {
        const std::int64_t size = element_count(shapes.at(static_cast<std::size_t>(pass.values[i])));
        if (parts.empty() || floats + size > most_floats) {
            parts.push_back({i, i});
            floats = 0;
        }
        floats += size;
        parts.back().end = i + 1;
    }
    for (Part& part : parts) {
        graph::Network tapped = network;
        tapped.graph.outputs.insert(tapped.graph.outputs.end(),
                                    pass.values.begin() + static_cast<std::ptrdiff_t>(part.first),
                                    pass.values.begin() + static_cast<std::ptrdiff_t>(part.end));
        part.engine = engines::make_engine("cpu", std::move(tapped), {.threads = pass.threads});
    }
    return parts;
}

}  // namespace

std::size_t show_values(const graph::Network& network, std::shared_ptr<const data::Dataset> dataset,
                        const data::LoaderOptions& options, const ValuePass& pass) {
    const std::size_t all =
        pass.most_pictures == 0 ? dataset->size() : std::min(pass.most_pictures, dataset->size());
    const std::unique_ptr<data::Loader> loader = data::make_loader(std::move(dataset), options);
    std::vector<Part> parts;
    std::size_t done = 0;
    loader->start(0);
    while (const std::shared_ptr<const data::Batch> batch = loader->next()) {
        for (int picture = 0; picture < batch->size() && done < all; ++picture, ++done) {
            if (pass.cancelled && pass.cancelled())
                throw Cancelled("the pictures were not all looked at: it was cancelled");
            if (parts.empty())
                parts = parts_of(network, {1, batch->channels(), batch->height(), batch->width()}, pass);
            for (const Part& part : parts) {
                const std::vector<Tensor> outputs =
                    part.engine->run({rows_of(batch->images, picture, 1), engines::Batch::Layout::nhwc_bgr});
                const std::size_t before = network.graph.outputs.size();
                parallel_for(part.end - part.first, pass.threads,
                             [&](std::size_t i) { pass.see(part.first + i, outputs.at(before + i)); });
            }
            if (pass.progress) pass.progress(done + 1, all);
        }
        if (done >= all) break;
    }
    return done;
}

}  // namespace yolo::inference
