// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <regex>

#include <fmt/core.h>

#include <yolo/error.hpp>
#include <yolo/model_info.hpp>

namespace yolo {

namespace {
constexpr std::array task_names = {"detect", "segment", "pose", "obb", "classify"};
}

const char* to_string(Task task) {
    return task_names.at(static_cast<std::size_t>(task));
}

Task parse_task(const std::string& name) {
    const auto found = std::find(task_names.begin(), task_names.end(), name);
    if (found == task_names.end()) {
        throw UsageError(
            fmt::format("there is no task '{}': the tasks are detect, segment, pose, obb, classify", name));
    }
    return static_cast<Task>(found - task_names.begin());
}

std::string model_file_name(const std::string& name) {
    static const std::regex published(
        R"(yolo(e-)?v?\d+[nsmblx]u?6?u?(-(seg|pose|obb|cls|world|worldv2|p2|p6|ghost|oiv7))*)");
    return std::regex_match(name, published) ? name + ".pt" : name;
}

int ModelInfo::max_stride() const {
    return stride.empty() ? 1 : std::max(1, *std::max_element(stride.begin(), stride.end()));
}

}  // namespace yolo
