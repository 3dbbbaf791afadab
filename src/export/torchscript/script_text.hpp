// SPDX-License-Identifier: Apache-2.0
/// \file Expressions of TorchScript.
#pragma once

#include <string>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace yolo::exports {

/// A float of the language: always with a point or an exponent.
inline std::string script_real(double number) {
    const std::string digits = fmt::format("{:.17g}", number);
    return digits.find_first_of(".e") == std::string::npos ? digits + "." : digits;
}

inline std::string script_call(const char* function, const std::vector<std::string>& arguments) {
    return fmt::format("torch.{}({})", function, fmt::join(arguments, ", "));
}

/// 0: the size that `x` has there.
inline std::string script_reshape(const std::string& x, const std::vector<std::int64_t>& dims) {
    std::vector<std::string> sizes;
    for (std::size_t axis = 0; axis < dims.size(); ++axis)
        sizes.push_back(dims[axis] == 0 ? fmt::format("torch.size({}, {})", x, axis)
                                        : std::to_string(dims[axis]));
    return script_call("reshape", {x, fmt::format("[{}]", fmt::join(sizes, ", "))});
}

}  // namespace yolo::exports
