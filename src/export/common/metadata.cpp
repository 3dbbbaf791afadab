// SPDX-License-Identifier: Apache-2.0
#include "export/common/metadata.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <yolo/version.hpp>

#include "core/python_literal.hpp"

namespace yolo::exports {

namespace {

constexpr const char* names_key = "names";

/// What the Python package writes into every file of whoever trained with it is nobody's statement.
constexpr const char* text_of_the_package = "ultralytics.com/license";

/// A text of the model's own metadata; "" when it has none.
std::string own_text(const Json& model, const char* key) {
    const Json value = model.is_object() ? model.value(key, Json()) : Json();
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    return text.find(text_of_the_package) == std::string::npos ? text : "";
}

std::string description(const FileFacts& facts) {
    if (std::string own = own_text(facts.model, "description"); !own.empty()) return own;
    const std::string name =
        facts.info.description.empty() ? "YOLO model" : facts.info.description + " model";
    const Json arguments = facts.model.is_object() ? facts.model.value("train_args", Json()) : Json();
    const std::string data = own_text(arguments, "data");
    return data.empty() ? name : fmt::format("{} trained on {}", name, data);
}

Json names_of(const ModelInfo& info) {
    return info.names ? Json(*info.names) : Json::array();
}

}  // namespace

Metadata file_metadata(const FileFacts& facts) {
    const ModelInfo& info = facts.info;
    Metadata list;
    const auto add = [&list](const char* key, Json value) { list.emplace_back(key, std::move(value)); };
    const auto add_known = [&](const char* key) {
        if (const std::string text = own_text(facts.model, key); !text.empty()) add(key, text);
    };
    add("description", description(facts));
    add_known("author");
    add("date", facts.now);
    add("version", fmt::format("{} {}", writer_name, version));
    add_known("license");
    add("stride", std::max(info.max_stride(), 1));
    add("task", to_string(info.task));
    add("head", facts.head);
    add("batch", facts.batch);
    add("imgsz", Json{facts.size.height, facts.size.width});
    add("names", names_of(info));
    add("args", facts.arguments);
    add("channels", info.channels);
    add("end2end", false);
    if (info.task == Task::pose) add("kpt_shape", Json{info.kpt_shape[0], info.kpt_shape[1]});
    if (!facts.certificate.is_null()) add("certificate", facts.certificate);
    if (!facts.quantization.is_null()) add("quantization", facts.quantization);
    return list;
}

std::string iso_now() {
    const auto now = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count() % 1'000'000;
    std::tm local = {};
    ::localtime_r(&seconds, &local);
    const std::string zone = fmt::format("{:%z}", local);  // +0100
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}{}:{}", local, micros, zone.substr(0, 3), zone.substr(3));
}

std::vector<std::pair<std::string, std::string>> as_python(const Metadata& metadata) {
    std::vector<std::pair<std::string, std::string>> texts;
    for (const auto& [key, value] : metadata) {
        const bool plain = value.is_string();
        const std::string text = key == names_key ? python_numbered(value) : python_text(value);
        texts.emplace_back(key, plain ? value.get<std::string>() : text);
    }
    return texts;
}

std::string as_python_dict(const Metadata& metadata) {
    std::string text;
    for (const auto& [key, value] : metadata) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", python_quoted(key),
                            key == names_key ? python_numbered(value) : python_text(value));
    }
    return "{" + text + "}";
}

std::string as_json(const Metadata& metadata) {
    Json object = Json::object();
    for (const auto& [key, value] : metadata) {
        if (key != names_key) {
            object[key] = value;
            continue;
        }
        Json& names = object[key] = Json::object();
        for (std::size_t i = 0; i < value.size(); ++i) names[std::to_string(i)] = value[i];
    }
    return json_text(object);
}

std::string as_yaml(const Metadata& metadata) {
    std::string text;
    for (const auto& [key, value] : metadata) {
        if (key != names_key) {  // JSON is YAML, whatever a text holds
            text += fmt::format("{}: {}\n", key, json_text(value));
            continue;
        }
        text += fmt::format("{}:\n", key);
        for (std::size_t i = 0; i < value.size(); ++i)
            text += fmt::format("  {}: {}\n", i, json_text(value[i]));
    }
    return text;
}

}  // namespace yolo::exports
