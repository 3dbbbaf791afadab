// SPDX-License-Identifier: Apache-2.0
#include "engines/exported/model_info.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "engines/exported/python_text.hpp"

namespace yolo::engines {

namespace {

constexpr std::size_t most_classes = 100'000;
constexpr int largest_side = 32768;
constexpr int most_keypoints = 10'000;

/// The values of one file, each with an error that names it.
class Values {
  public:
    Values(const Metadata& metadata, const std::string& where) : metadata_(metadata), where_(where) {}

    /// Null when the key is not there, or says nothing.
    Json get(const char* key) const {
        const auto found = metadata_.find(key);
        if (found == metadata_.end() || found->second.empty()) return nullptr;
        return parse_python_text(found->second, place(key));
    }

    /// As it is; "" when the key is not there.
    std::string text(const char* key) const {
        const auto found = metadata_.find(key);
        return found == metadata_.end() ? "" : found->second;
    }

    int number(const char* key, const Json& value, int least, int most) const {
        if (!value.is_number_integer() || value < least || value > most)
            refuse(key, fmt::format("it is a whole number from {} to {}", least, most));
        return value.get<int>();
    }

    /// A number or a list of them; empty when the key is not there.
    std::vector<int> numbers(const char* key, int least, int most) const {
        const Json value = get(key);
        if (value.is_null()) return {};
        if (!value.is_array()) return {number(key, value, least, most)};
        std::vector<int> numbers;
        for (const Json& item : value) numbers.push_back(number(key, item, least, most));
        return numbers;
    }

    [[noreturn]] void refuse(const char* key, std::string_view rule) const {
        throw Error(fmt::format("{} = {} is not possible: {}", place(key), text(key), rule));
    }

  private:
    std::string place(const char* key) const { return fmt::format("'{}': the metadata's {}", where_, key); }

    const Metadata& metadata_;
    const std::string& where_;
};

Task task_of(const Values& values, const std::string& where, std::optional<Task> given) {
    const std::string name = values.text("task");
    if (name.empty()) {
        if (given) return *given;
        throw UsageError(fmt::format(
            "'{}' does not say what it finds: write task=detect, segment, pose, obb or classify", where));
    }
    try {
        return parse_task(name);
    } catch (const Error&) {
        values.refuse("task", "the tasks are detect, segment, pose, obb, classify");
    }
}

/// {0: 'person', 1: 'bicycle'}, or a list.
Names names_of(const Values& values) {
    const Json value = values.get("names");
    if (value.is_null()) return nullptr;
    constexpr const char* rule = "it is a dict of class numbers and names, {0: 'person', 1: 'bicycle'}";
    if (!value.is_structured() || value.empty()) values.refuse("names", rule);
    if (value.size() > most_classes) values.refuse("names", "these are too many classes");
    std::vector<std::optional<std::string>> names(value.size());
    for (const auto& [key, name] : value.items()) {
        std::size_t place = 0;
        const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), place);
        if (error != std::errc() || end != key.data() + key.size() || !name.is_primitive() || name.is_null())
            values.refuse("names", rule);
        if (place >= names.size())
            values.refuse("names",
                          fmt::format("there are {} classes, and one has the number {}", names.size(), key));
        names[place] = text_or_json(name);
    }
    std::vector<std::string> all;
    for (auto& name : names) {
        if (!name) values.refuse("names", fmt::format("the class {} has no name", all.size()));
        all.push_back(std::move(*name));
    }
    return std::make_shared<const std::vector<std::string>>(std::move(all));
}

/// The usual files say the largest one alone: a head's levels halve it down to 8.
std::vector<int> strides_of(const Values& values, Task task) {
    std::vector<int> strides = values.numbers("stride", 1, 1024);
    if (task == Task::classify) return {1};
    if (strides.empty()) strides = {32};
    if (strides.size() > 1) return strides;
    for (int stride = strides.front(); stride > 8 && stride % 2 == 0; stride /= 2)
        strides.insert(strides.begin(), stride / 2);
    return strides;
}

std::array<int, 2> keypoints_of(const Values& values) {
    const std::vector<int> shape = values.numbers("kpt_shape", 1, most_keypoints);
    if (shape.size() != 2 || shape[1] < 2 || shape[1] > 3)
        values.refuse("kpt_shape", "a model of the task pose needs [number of keypoints, 2 or 3]");
    return {shape[0], shape[1]};
}

bool is_true(const Json& value) {
    return value.is_boolean() && value.get<bool>();
}

}  // namespace

ModelInfo info_from_metadata(const Metadata& metadata, const std::string& where, std::optional<Task> task) {
    const Values values(metadata, where);
    ModelInfo info;
    info.task = task_of(values, where, task);
    info.names = names_of(values);
    info.stride = strides_of(values, info.task);
    if (info.task == Task::pose) info.kpt_shape = keypoints_of(values);
    const std::vector<int> size = values.numbers("imgsz", 1, largest_side);
    if (!size.empty()) info.imgsz = *std::max_element(size.begin(), size.end());
    if (const Json channels = values.get("channels"); !channels.is_null())
        info.channels = values.number("channels", channels, 1, 1024);
    info.description = values.text("description");
    return info;
}

EngineTraits traits_from_metadata(const Metadata& metadata, const std::string& where) {
    const Values values(metadata, where);
    const Json args = values.get("args");
    const auto asked = [&](const char* key) { return args.is_object() && is_true(args.value(key, Json())); };
    EngineTraits traits;
    if (is_true(values.get("end2end")) || asked("nms")) traits.output = OutputForm::final_rows;
    if (asked("dynamic")) return traits;
    const std::vector<int> size = values.numbers("imgsz", 1, largest_side);
    if (!size.empty()) {
        traits.height = size.front();
        traits.width = size.back();
    }
    if (const Json batch = values.get("batch"); !batch.is_null())
        traits.batch = values.number("batch", batch, 1, 65536);
    return traits;
}

std::optional<FileSuppression> suppression_from_metadata(const Metadata& metadata, const std::string& where) {
    const Json args = Values(metadata, where).get("args");
    if (!args.is_object() || !is_true(args.value("nms", Json()))) return std::nullopt;
    FileSuppression file;
    const auto read = [&args](const char* key, double usual) {
        const Json value = args.value(key, Json());
        return value.is_number() ? value.get<double>() : usual;
    };
    file.conf = read("conf", file.conf);
    file.iou = read("iou", file.iou);
    file.max_det = static_cast<int>(std::clamp(read("max_det", file.max_det), 1.0, 1e6));
    file.agnostic = is_true(args.value("agnostic_nms", Json()));
    return file;
}

Names numbered_names(int count) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back(fmt::format("class{}", i));
    return std::make_shared<const std::vector<std::string>>(std::move(names));
}

}  // namespace yolo::engines
