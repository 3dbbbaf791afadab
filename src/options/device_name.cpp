// SPDX-License-Identifier: Apache-2.0
#include "options/device_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "options/config_check.hpp"

namespace yolo {

namespace {

constexpr std::int64_t idle_gpu = -1;  ///< "the one that has the least to do"

/// Without brackets, blanks and quotes, in lower case.
std::string plain(std::string_view text) {
    std::string letters;
    for (const char c : text) {
        if (std::string_view(" \t\r\n'\"[]()").find(c) == std::string_view::npos)
            letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return letters;
}

/// Accelerators that other builds of LibTorch, or runtimes of exported files, know: "mps", "xpu:1",
/// "vulkan:0", and OpenVINO's "intel:gpu.1".
bool is_other_device(std::string_view name) {
    const auto names = [&](std::string_view kind, std::string_view signs) {
        return name == kind ||
               (name.starts_with(kind) && name.size() > kind.size() + 1 && name[kind.size()] == ':' &&
                name.find_first_not_of(signs, kind.size() + 1) == std::string_view::npos);
    };
    constexpr std::string_view digits = "0123456789";
    return std::ranges::any_of(std::to_array<std::string_view>({"mps", "npu", "xpu", "vulkan"}),
                               [&](std::string_view kind) { return names(kind, digits); }) ||
           names("intel", "abcdefghijklmnopqrstuvwxyz0123456789.,-");
}

[[noreturn]] void refuse(const Value& asked) {
    wrong_value("device", asked, describe(OptionType::device));
}

/// One device without a comma.
Value single_device(std::string_view name, const Value& asked) {
    if (name == "cpu" || name == "cpu:0") return std::string("cpu");
    if (name == "cuda") return std::int64_t{0};
    if (is_other_device(name)) return std::string(name);
    if (name.starts_with("cuda:")) name.remove_prefix(5);
    const Value number = parse_value(name);
    const auto* index = std::get_if<std::int64_t>(&number);
    if (index == nullptr || *index < idle_gpu) refuse(asked);
    return *index;
}

void append(ValueList& devices, const Value& item, const Value& asked) {
    if (std::holds_alternative<std::int64_t>(item)) {
        devices.push_back(single_device(to_string(item), asked));
        return;
    }
    const auto* text = std::get_if<std::string>(&item);
    if (text == nullptr) refuse(asked);
    std::string names = plain(*text);
    while (!names.empty()) {
        const std::size_t end = std::min(names.find(','), names.size());
        if (end > 0 && names.substr(0, end) != "none")
            devices.push_back(single_device(std::string_view(names).substr(0, end), asked));
        names.erase(0, end + 1);
    }
}

}  // namespace

Value canonical_device(const Value& value) {
    if (value.is_null()) return value;
    ValueList devices;
    if (const auto* list = std::get_if<ValueList>(&value)) {
        for (const Value& item : *list) append(devices, item, value);
    } else {
        append(devices, value, value);
    }
    if (devices.empty()) return {};
    if (devices.size() == 1) return devices.front();
    const bool all_gpus = std::ranges::all_of(devices, [](const Value& device) {
        const auto* index = std::get_if<std::int64_t>(&device);
        return index != nullptr && *index >= 0;
    });
    if (!all_gpus) refuse(value);
    return devices;
}

}  // namespace yolo
