// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace yolo::engines {

/// Elements of the tensors that data.pkl of a TorchScript archive refers to, by the name of their storage:
/// "FloatStorage", "HalfStorage" ... The pickle is only walked along. Throws Error when it is cut off or has
/// an opcode that such archives do not have.
std::map<std::string, std::uint64_t, std::less<>> script_storages(std::string_view pickle);

}  // namespace yolo::engines
