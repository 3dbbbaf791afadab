// SPDX-License-Identifier: Apache-2.0
#include "core/near_miss.hpp"

#include <algorithm>
#include <utility>

namespace yolo {

namespace {

constexpr double cutoff = 0.6;

struct Match {
    std::size_t a = 0, b = 0, size = 0;
};

Match longest_common_substring(std::string_view a, std::string_view b) {
    Match best;
    std::vector<std::size_t> previous(b.size() + 1, 0), current(b.size() + 1, 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < b.size(); ++j) {
            current[j + 1] = a[i] == b[j] ? previous[j] + 1 : 0;
            const std::size_t size = current[j + 1];
            if (size > best.size) best = {i + 1 - size, j + 1 - size, size};
        }
        std::swap(previous, current);
    }
    return best;
}

std::size_t matching_characters(std::string_view a, std::string_view b) {
    const Match match = longest_common_substring(a, b);
    if (match.size == 0) return 0;
    return match.size + matching_characters(a.substr(0, match.a), b.substr(0, match.b)) +
           matching_characters(a.substr(match.a + match.size), b.substr(match.b + match.size));
}

}  // namespace

double similarity(std::string_view a, std::string_view b) {
    if (a.empty() && b.empty()) return 1;
    return 2.0 * static_cast<double>(matching_characters(a, b)) / static_cast<double>(a.size() + b.size());
}

std::vector<std::string> near_misses(std::string_view word, std::span<const std::string_view> candidates,
                                     std::size_t count) {
    std::vector<std::pair<double, std::string_view>> scored;
    for (const std::string_view candidate : candidates) {
        const std::size_t shorter = std::min(candidate.size(), word.size());
        const double bound =
            2.0 * static_cast<double>(shorter) / static_cast<double>(candidate.size() + word.size());
        if (bound < cutoff) continue;
        const double score = similarity(candidate, word);
        if (score >= cutoff) scored.emplace_back(score, candidate);
    }
    std::sort(scored.rbegin(), scored.rend());
    scored.erase(std::unique(scored.begin(), scored.end()), scored.end());
    std::vector<std::string> names;
    for (const auto& [score, name] : scored) {
        if (names.size() < count) names.emplace_back(name);
    }
    return names;
}

std::string did_you_mean(std::span<const std::string> names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += i == 0 ? " (did you mean " : i + 1 == names.size() ? " or " : ", ";
        text += names[i];
    }
    return text.empty() ? text : text + "?)";
}

}  // namespace yolo
