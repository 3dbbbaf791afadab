// SPDX-License-Identifier: Apache-2.0
#include "evaluation/picture_names.hpp"

#include <algorithm>

namespace yolo::evaluation {

namespace {

namespace fs = std::filesystem;

/// Lists may name pictures from the current folder on.
fs::path whole_path(const data::Dataset& dataset, std::size_t picture) {
    return fs::absolute(dataset.picture(picture)).lexically_normal();
}

/// The deepest folder that holds every picture.
fs::path common_folder(const data::Dataset& dataset) {
    if (dataset.size() == 0) return {};
    fs::path common = whole_path(dataset, 0).parent_path();
    for (std::size_t i = 1; i < dataset.size(); ++i) {
        const fs::path folder = whole_path(dataset, i).parent_path();
        fs::path shared;
        for (auto a = common.begin(), b = folder.begin(); a != common.end() && b != folder.end() && *a == *b;
             ++a, ++b)
            shared /= *a;
        common = std::move(shared);
    }
    return common;
}

}  // namespace

PictureNames::PictureNames(const data::Dataset& dataset) : dataset_(dataset), root_(common_folder(dataset)) {}

std::string PictureNames::of(std::size_t picture) const {
    std::string name = whole_path(dataset_, picture).lexically_relative(root_).string();
    std::ranges::replace(name, '/', '_');
    return name;
}

}  // namespace yolo::evaluation
