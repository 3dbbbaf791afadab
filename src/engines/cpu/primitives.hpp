// SPDX-License-Identifier: Apache-2.0
/// \file From the steps that oneDNN computes to its primitives.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "engines/cpu/plan.hpp"
#include "engines/cpu/weights.hpp"

namespace yolo::engines::cpu {

using Arguments = std::unordered_map<int, dnnl::memory>;

/// A primitive, and what its arguments are.
struct Primitive {
    struct MapArgument {
        int index = 0;
        Map map;
        dnnl::memory::desc desc;
    };
    struct WeightArgument {
        int index = 0;
        std::string name;
        dnnl::memory::desc plain, wanted;
        double scale = 1;
    };
    dnnl::primitive primitive;
    std::vector<MapArgument> maps;
    std::vector<WeightArgument> weights;
    dnnl::memory::desc scratchpad;
    Arguments constants;  ///< weights, filled by bind_weights()
};

/// Empty for a step that our own loops do. Thread-safe: machine code is generated here, which takes most of
/// the time of preparing a network. Primitives are made for omp_get_max_threads() threads.
std::optional<Primitive> make_primitive(const Step& step, const dnnl::engine& engine);

void bind_weights(Primitive& primitive, WeightStore& store);

}  // namespace yolo::engines::cpu
