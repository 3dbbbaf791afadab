// SPDX-License-Identifier: Apache-2.0
#include "evaluation/coco_form.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace yolo::evaluation {

namespace {

namespace fs = std::filesystem;

double rounded(double value, double scale) {
    return std::nearbyint(value * scale) / scale;
}

bool any_path(const data::DatasetSpec& spec, const std::string& split, auto holds) {
    const auto found = spec.splits.find(split);
    if (found == spec.splits.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(),
                       [&](const fs::path& path) { return holds(path.string()); });
}

}  // namespace

double coco_place(double value) {
    return rounded(value, 1e3);
}

double coco_score(double value) {
    return rounded(value, 1e5);
}

Json coco_image_id(const std::string& stem) {
    constexpr std::size_t longest_number = 18;
    const bool numeric = !stem.empty() && stem.size() <= longest_number &&
                         stem.find_first_not_of("0123456789") == std::string::npos;
    return numeric ? Json(std::stoll(stem)) : Json(stem);
}

std::vector<int> category_ids(int class_count, bool coco) {
    // COCO numbers its 80 classes up to 90 and leaves these out.
    constexpr std::array left_out = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83};
    std::vector<int> ids;
    for (int id = 1; static_cast<int>(ids.size()) < class_count; ++id) {
        const bool skip = coco && std::find(left_out.begin(), left_out.end(), id) != left_out.end();
        if (!skip) ids.push_back(id);
    }
    return ids;
}

bool is_coco_split(const data::DatasetSpec& spec, const std::string& split) {
    return any_path(spec, split, [](const std::string& path) {
        return path.find("coco") != std::string::npos &&
               (path.ends_with("/val2017.txt") || path.ends_with("/test-dev2017.txt"));
    });
}

bool is_dota_split(const data::DatasetSpec& spec, const std::string& split) {
    return any_path(spec, split,
                    [](const std::string& path) { return path.find("DOTA") != std::string::npos; });
}

}  // namespace yolo::evaluation
