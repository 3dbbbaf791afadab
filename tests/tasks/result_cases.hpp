// SPDX-License-Identifier: Apache-2.0
/// \file The reference's results of golden/text as yolo::Result, with what the reference writes of each.
#pragma once

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <regex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <yolo/result.hpp>

#include "support/golden.hpp"
#include "support/safetensors.hpp"

namespace yolo::test {

struct ResultCase {
    std::string label;  ///< "results_more.json case 7: masks of ..."
    Result result;
    nlohmann::ordered_json expected;
};

inline Names names_of(const nlohmann::ordered_json& names) {
    std::vector<std::string> list;
    for (const auto& [index, name] : names.items()) list.push_back(name);
    return std::make_shared<const std::vector<std::string>>(std::move(list));
}

/// x1 y1 x2 y2 [track id] score class
inline Box box_of(const std::vector<float>& row) {
    const std::size_t n = row.size();
    return {row[0],
            row[1],
            row[2],
            row[3],
            row[n - 2],
            static_cast<int>(row[n - 1]),
            n == 7 ? static_cast<int>(row[4]) : -1};
}

/// cx cy w h angle [track id] score class
inline RotatedBox rotated_box_of(const std::vector<float>& row) {
    const std::size_t n = row.size();
    return {row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[n - 2],
            static_cast<int>(row[n - 1]),
            n == 8 ? static_cast<int>(row[5]) : -1};
}

/// A tensor (n, height, width) of zeros and ones.
inline std::vector<Mask> masks_of(const StoredTensor& tensor) {
    const auto all = tensor.as<std::uint8_t>();
    const auto area = static_cast<std::size_t>(tensor.shape[1] * tensor.shape[2]);
    std::vector<Mask> masks;
    for (std::size_t i = 0; i < static_cast<std::size_t>(tensor.shape[0]); ++i) {
        masks.push_back({static_cast<int>(tensor.shape[1]), static_cast<int>(tensor.shape[2]), {}});
        std::transform(all.begin() + static_cast<std::ptrdiff_t>(i * area),
                       all.begin() + static_cast<std::ptrdiff_t>((i + 1) * area),
                       std::back_inserter(masks.back().data), [](std::uint8_t v) { return v != 0; });
    }
    return masks;
}

inline Result result_of(const nlohmann::ordered_json& entry, Names names) {
    Result result;
    result.names = std::move(names);
    result.orig_shape = {entry["image_hw"][0], entry["image_hw"][1]};
    const auto& input = entry["input"];
    for (const auto& row : input.value("boxes", nlohmann::ordered_json::array()))
        result.boxes.push_back(box_of(row));
    if (input.contains("obb")) {
        result.task = Task::obb;
        for (const auto& row : input["obb"]) result.obb.push_back(rotated_box_of(row));
    }
    if (input.contains("keypoints")) {
        result.task = Task::pose;
        for (const auto& points : input["keypoints"]) {
            auto& list = result.keypoints.emplace_back();
            for (const std::vector<float> row : points) {
                result.keypoint_values = static_cast<int>(row.size());
                list.push_back({row[0], row[1], row.size() == 3 ? row[2] : 1});
            }
        }
    }
    if (input.contains("probs")) {
        result.task = Task::classify;
        result.probs = input["probs"].get<std::vector<float>>();
    }
    return result;
}

/// Every case of every golden/text/*.json that has cases. Masks lie beside in N_masks.safetensors ("masks")
/// or in NAME_masks.safetensors ("masksN"), N being the place of the case.
inline std::vector<ResultCase> result_cases() {
    std::vector<ResultCase> cases;
    for (const auto& path : golden_files("text", ".json")) {
        const auto file = nlohmann::ordered_json::parse(std::ifstream(path));
        if (!file.contains("cases")) continue;
        const auto stored = path.parent_path() / (path.stem().string() + "_masks.safetensors");
        const StoredTensors shared_masks =
            std::filesystem::exists(stored) ? read_safetensors(stored) : StoredTensors{};
        std::size_t index = 0;
        for (const auto& entry : file["cases"]) {
            const std::string number = std::to_string(entry.value("case", static_cast<int>(index++)));
            const auto& names = entry.contains("names") ? entry["names"] : file["names"];
            ResultCase one{path.filename().string() + " case " + number + ": " + entry.value("what", ""),
                           result_of(entry, names_of(names)), entry};
            const auto own = path.parent_path() / (number + "_masks.safetensors");
            if (const auto found = shared_masks.find("masks" + number); found != shared_masks.end()) {
                one.result.masks = masks_of(found->second);
            } else if (entry.value("task", "") == "segment" && std::filesystem::exists(own)) {
                one.result.masks = masks_of(tensor(read_safetensors(own), "masks"));
            }
            if (!one.result.masks.empty()) one.result.task = Task::segment;
            cases.push_back(std::move(one));
        }
    }
    return cases;
}

/// One unit of the last digit of a number's text, e.g. 0.01 of "2.50" and 1e-7 of "1.25e-05".
inline double last_digit(const std::string& number) {
    const std::size_t exponent = std::min(number.find('e'), number.size()), point = number.find('.');
    const double decimals = point < exponent ? static_cast<double>(exponent - point - 1) : 0;
    return std::pow(10.0, (exponent < number.size() ? std::stod(number.substr(exponent + 1)) : 0) - decimals);
}

/// Equal, but for numbers one float32 step apart and then rounded to the digits that the text shows.
inline bool equal_to_last_digit(const std::string& a, const std::string& b) {
    static const std::regex pattern(R"(-?\d+(\.\d+)?(e[-+]\d+)?)");
    if (std::regex_replace(a, pattern, "#") != std::regex_replace(b, pattern, "#")) return false;
    const std::sregex_iterator end;
    for (std::sregex_iterator i(a.begin(), a.end(), pattern), k(b.begin(), b.end(), pattern); i != end;
         ++i, ++k) {
        const std::string first = i->str(), second = k->str();
        const double value = std::stod(first), other = std::stod(second);
        const auto magnitude = static_cast<float>(std::abs(value));
        const double step = std::nextafter(magnitude, std::numeric_limits<float>::infinity()) - magnitude;
        const double unit = std::min(last_digit(first), last_digit(second));
        if (std::abs(value - other) > 1.01 * (unit + step)) return false;
    }
    return true;
}

}  // namespace yolo::test
