// SPDX-License-Identifier: Apache-2.0
#include "core/file_names.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

namespace yolo {

namespace {

constexpr std::size_t most_bytes = 200;  // of 255: programs put something before and behind

bool is_unfit(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '/' || c == '\\' || byte < 0x20 || byte == 0x7F;
}

bool continues_letter(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;  // UTF-8
}

std::string fit(std::string name) {
    std::ranges::replace_if(name, is_unfit, '_');
    if (name.size() > most_bytes) {
        std::size_t end = most_bytes;
        while (end > 0 && continues_letter(name[end])) --end;
        name.resize(end);
    }
    const std::size_t first = name.find_first_not_of(' '), last = name.find_last_not_of(' ');
    name = first == std::string::npos ? "" : name.substr(first, last + 1 - first);
    return name.empty() || name == "." || name == ".." ? "_" : name;
}

}  // namespace

std::vector<std::string> file_names(const std::vector<std::string>& names) {
    std::vector<std::string> fits(names.size());
    std::set<std::string> taken;
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < names.size(); ++i) {
        fits[i] = fit(names[i]);
        if (fits[i] != names[i] || !taken.insert(fits[i]).second) others.push_back(i);
    }
    for (const std::size_t i : others) {
        const std::string base = fits[i];
        for (int number = 2; !taken.insert(fits[i]).second; ++number)
            fits[i] = fmt::format("{}-{}", base, number);
    }
    return fits;
}

}  // namespace yolo
