// SPDX-License-Identifier: Apache-2.0
#include "modes/file_suppression.hpp"

#include <fmt/core.h>

#include "engines/exported/model_info.hpp"

namespace yolo::modes {

void warn_of_suppression(const Config& given, const inference::OpenedModel& model, Mode mode,
                         const LogSink& log) {
    if (!model.file || model.info.task == Task::classify) return;
    const std::string path = model.file->path.string();
    const auto file = engines::suppression_from_metadata(model.file->metadata, path);
    if (!file) return;
    const auto is_lost = [&](const char* key, bool lost, const std::string& why) {
        if (!lost || !given.given(key)) return;
        log(LogLevel::warning, fmt::format("{}={} has no effect: the model was exported with nms=True and {}",
                                           key, to_string(given.get(key)), why));
    };
    const auto number = [&](const char* key) { return given.get(key).is_null() ? 0 : given.number(key); };
    is_lost("conf", number("conf") < file->conf, fmt::format("conf={}", file->conf));
    is_lost("iou", number("iou") != file->iou, fmt::format("iou={}", file->iou));
    is_lost("max_det", number("max_det") > file->max_det, fmt::format("max_det={}", file->max_det));
    is_lost("agnostic_nms", given.flag("agnostic_nms") != file->agnostic,
            file->agnostic ? "agnostic_nms=True" : "agnostic_nms=False");
    if (mode == Mode::val)
        log(LogLevel::warning,
            fmt::format(
                "'{}' was exported with nms=True: it hides scores up to {} and gives one class a box, so "
                "these figures are lower than the model's; a file without nms gives those",
                path, file->conf));
}

}  // namespace yolo::modes
