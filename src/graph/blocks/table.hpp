// SPDX-License-Identifier: Apache-2.0
/// \file The blocks that a model YAML may name. A new block is a new row in table.cpp.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "graph/arguments.hpp"
#include "graph/builder.hpp"
#include "graph/model_spec.hpp"
#include "graph/scaling.hpp"

namespace yolo::graph {

/// How the arguments of the YAML become those of the block.
enum class Signature {
    sized,           ///< [c2, ...] -> [c1, scaled c2, ...]
    sized_repeated,  ///< [c2, ...] -> [c1, scaled c2, n, ...]: the block repeats its inner part itself
    plain,           ///< as they are
    classify,        ///< [nc, ...] -> [c1, nc, ...]
    head             ///< [nc, ...] -> [nc, ..., [channels of each input]]
};

inline constexpr int most_repeats = 1000;  ///< of a row, or of a block's inner part

/// One row, ready to be built.
struct Row {
    std::vector<ValueId> inputs;
    Arguments arguments;
    const Scaling& scaling;
    int reg_max = 16;
    std::optional<int> class_width = {};
};

struct BlockType {
    std::string_view name;
    Signature signature;
    std::vector<std::string_view> arguments;  ///< names by position, after the change that `signature` says
    /// Adds the block's nodes. Returns its output, -1 for a detection head.
    ValueId (*build)(const Scope& scope, Row& row);

    bool is_head() const { return signature == Signature::head || signature == Signature::classify; }
};

std::span<const BlockType> block_types();

/// The block of that name ("nn.Upsample" is "Upsample"), from `more` or the table. Throws Error that lists
/// the blocks there are.
const BlockType& find_block_type(std::string_view name, std::span<const BlockType> more = {});

/// As build_graph() without them, for descriptions that name blocks which the table has not, or has
/// otherwise.
Graph build_graph(const ModelSpec& spec, const BuildOptions& options, std::span<const BlockType> more);

}  // namespace yolo::graph
