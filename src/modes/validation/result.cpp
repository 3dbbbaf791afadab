// SPDX-License-Identifier: Apache-2.0
#include "modes/validation/result.hpp"

namespace yolo::modes {

double ValResult::metric(const std::string& key) const {
    for (const auto& [name, value] : metrics) {
        if (name == key) return value;
    }
    return 0;
}

}  // namespace yolo::modes
