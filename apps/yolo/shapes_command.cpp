// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "context.hpp"
#include "special_commands.hpp"

namespace yolo::cli {

namespace {

constexpr std::string_view shapes_form = "yolo data shapes task=TASK n=500 out=FOLDER [imgsz=320 seed=0]";

int whole_number(const std::string& key, const std::string& text) {
    const Value value = parse_value(text);
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr || *number < 0 || *number > std::numeric_limits<int>::max())
        throw UsageError(
            fmt::format("{}={} is not possible: it is a whole number from 0, written in digits; write {}",
                        key, text, shapes_form));
    return static_cast<int>(*number);
}

void set_shapes_argument(ShapesRequest& request, const std::string& key, const std::string& text) {
    if (key == "task") {
        request.task = parse_task(text);
    } else if (key == "n") {
        request.pictures = whole_number(key, text);
    } else if (key == "out") {
        if (text.empty()) throw UsageError(fmt::format("'out=' names no folder: write {}", shapes_form));
        request.folder = text;
    } else if (key == "imgsz") {
        request.size = whole_number(key, text);
    } else if (key == "seed") {
        request.seed = static_cast<std::uint64_t>(whole_number(key, text));
    } else {
        throw UsageError(fmt::format("unknown argument '{}': write {}", key, shapes_form));
    }
}

}  // namespace

void run_shapes(const std::vector<std::string>& tokens, Console& console) {
    ShapesRequest request;
    for (const std::string& token : tokens) {
        const auto option = split_option(token);
        if (!option) throw UsageError(fmt::format("unknown argument '{}': write {}", token, shapes_form));
        set_shapes_argument(request, option->first, option->second);
    }
    run_data_shapes(request, command_context(console));
}

}  // namespace yolo::cli
