// SPDX-License-Identifier: Apache-2.0
#include "data/loading/unreadable_pictures.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::data {

void UnreadablePictures::add(std::size_t index, std::string reason) {
    const std::lock_guard lock(mutex_);
    if (const auto [place, is_new] = reasons_.emplace(index, std::move(reason)); is_new)
        untold_.insert(*place);
}

std::vector<std::size_t> UnreadablePictures::indices() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::size_t> all;
    for (const auto& [index, reason] : reasons_) all.push_back(index);
    return all;
}

std::string UnreadablePictures::news() {
    constexpr std::size_t most_named = 10;
    const std::lock_guard lock(mutex_);
    if (untold_.empty()) return {};
    std::string text =
        untold_.size() == 1
            ? "1 picture could not be read and was left out: "
            : fmt::format("{} pictures could not be read and were left out: first ", untold_.size());
    std::size_t named = 0;
    for (const auto& [index, reason] : untold_) {
        if (named++ == most_named) break;
        text += (named > 1 ? "; " : "") + reason;
    }
    if (untold_.size() > most_named) text += fmt::format("; and {} more", untold_.size() - most_named);
    untold_.clear();
    return text;
}

void UnreadablePictures::refuse_all() const {
    const std::lock_guard lock(mutex_);
    throw Error(fmt::format("none of the {} pictures can be read, the first because: {}", pictures_,
                            reasons_.empty() ? std::string("it is not known") : reasons_.begin()->second));
}

}  // namespace yolo::data
