// SPDX-License-Identifier: Apache-2.0
#include "graph/arguments.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::graph {

void Arguments::expect(const std::vector<std::string_view>& names) {
    if (list_.size() > names.size()) {
        throw Error(fmt::format("{} arguments are given: {}; at most {} are possible", list_.size(), text(),
                                names.size()));
    }
    names_ = names;
}

std::string Arguments::name(std::size_t i) const {
    return i < names_.size() ? std::string(names_[i]) : fmt::format("number {}", i + 1);
}

int Arguments::integer(std::size_t i, int low, int high) const {
    if (!has(i)) throw Error(fmt::format("the argument {} is missing in {}", name(i), text()));
    const Json& value = list_[i];
    if (!value.is_number_integer() || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high) {
        throw Error(fmt::format("the argument {} must be an integer from {} to {}, not {}", name(i), low,
                                high, python_text(value)));
    }
    return value.get<int>();
}

int Arguments::integer_or(std::size_t i, int otherwise, int low, int high) const {
    return has(i) ? integer(i, low, high) : otherwise;
}

bool Arguments::boolean_or(std::size_t i, bool otherwise) const {
    if (!has(i)) return otherwise;
    if (!list_[i].is_boolean()) {
        throw Error(
            fmt::format("the argument {} must be True or False, not {}", name(i), python_text(list_[i])));
    }
    return list_[i].get<bool>();
}

double Arguments::number_or(std::size_t i, double otherwise, double low, double high) const {
    if (!has(i)) return otherwise;
    const bool fits = list_[i].is_number() && list_[i].get<double>() >= low && list_[i].get<double>() <= high;
    if (!fits) {
        throw Error(fmt::format("the argument {} must be a number from {} to {}, not {}", name(i), low, high,
                                python_text(list_[i])));
    }
    return list_[i].get<double>();
}

std::string Arguments::text() const {
    return python_text(list_);
}

}  // namespace yolo::graph
