// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "tasks/letterbox_room.hpp"

namespace yolo::tasks {

namespace {

struct Entry {
    Task task;
    const TaskRoom& (*room)();
};

constexpr std::array entries{Entry{Task::detect, detect_room}, Entry{Task::segment, segment_room},
                             Entry{Task::pose, pose_room}, Entry{Task::obb, obb_room},
                             Entry{Task::classify, classify_room}};

}  // namespace

const TaskRoom& task_room(Task task) {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.task == task; });
    if (found == entries.end()) throw Error(fmt::format("the task {} cannot be predicted", to_string(task)));
    return found->room();
}

}  // namespace yolo::tasks
