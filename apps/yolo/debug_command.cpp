// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "special_commands.hpp"

namespace yolo::cli {

namespace {

constexpr std::string_view debug_form =
    "yolo debug tensors model=FILE input=FILE output=FILE [engine=cpu half=False threads=0]";

/// Options of yolo itself are checked by its table; only these names are known here.
void set_tensors_argument(TensorsRequest& request, const std::string& key, const std::string& text) {
    Config checked;
    if (key == "model") {
        request.model = text;
    } else if (key == "input") {
        request.input = text;
    } else if (key == "output") {
        request.output = text;
    } else if (key == "engine") {
        request.engine = text;
    } else if (key == "half") {
        checked.set(key, parse_value(text));
        request.half = !checked.get("quantize").is_null();
    } else if (key == "threads") {
        checked.set(key, parse_value(text));
        request.threads = static_cast<int>(std::min<std::int64_t>(checked.integer(key), 4096));
    } else {
        throw UsageError(fmt::format("unknown argument '{}': write {}", key, debug_form));
    }
}

}  // namespace

void run_debug(const std::vector<std::string>& tokens) {
    TensorsRequest request;
    bool is_tensors = false;
    for (const std::string& token : tokens) {
        const auto option = split_option(token);
        if (option) {
            set_tensors_argument(request, option->first, option->second);
        } else if (token == "tensors" && !is_tensors) {
            is_tensors = true;
        } else if (token == "half") {
            request.half = true;
        } else {
            throw UsageError(fmt::format("unknown argument '{}': write {}", token, debug_form));
        }
    }
    const bool complete =
        is_tensors && !request.model.empty() && !request.input.empty() && !request.output.empty();
    if (!complete) throw UsageError(fmt::format("something is missing: write {}", debug_form));
    debug_tensors(request);
}

}  // namespace yolo::cli
