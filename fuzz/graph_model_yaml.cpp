// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <yolo/error.hpp>

#include "core/json.hpp"
#include "graph/graph.hpp"
#include "graph/model_spec.hpp"

/// A model description from anywhere builds or is refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const yolo::graph::ModelSpec spec{yolo::parse_yaml(text, "fuzz.yaml"), "", "fuzz.yaml"};
        const yolo::graph::Graph graph = yolo::graph::build_graph(spec);
        (void)yolo::graph::infer_shapes(graph, {1, 3, 64, 64});
    } catch (const yolo::Error&) {
        return 0;
    }
    return 0;
}
