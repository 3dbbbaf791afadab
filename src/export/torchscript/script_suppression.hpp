// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "export/torchscript/script_module.hpp"
#include "graph/graph.hpp"

namespace yolo::exports {

/// Adds the lines of a NonMaxSuppression of the variable `columns`, with variables s0, s1 ..., and returns
/// the expression of its rows. `anchors`: nothing for any number.
std::string add_suppression(ScriptModule& module, const graph::NonMaxSuppression& op,
                            const std::string& columns, std::optional<std::int64_t> anchors);

}  // namespace yolo::exports
